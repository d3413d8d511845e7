"""Splits, settings, words of methods and languages of machine-learning papers, as data. Pure.

Lists are separated by commas; letter case, spaces and punctuation do not count.
"""

from __future__ import annotations

SPLITS = """
train: training, train set, training set, training data, training split
dev: development, dev set, development set, dev sets, development sets, devel
validation: val, valid, validation set, validation sets, val set, valid set, validation data, vali, validation split
test: test set, test sets, testing, test data, tst, eval, evaluation, test split, held out, heldout, held out data
test-dev: testdev
test-std: teststd, test standard
test-clean: test clean
test-other: test other
dev-clean: dev clean
dev-other: dev other
matched:
mismatched:
in-domain: in domain, in distribution
out-of-domain: out of domain, out of distribution, ood
seen: seen classes
unseen: novel, unseen classes
all: overall, total
"""

SETUP = """
params, parameters, param, parameter, size, sizes, model size, params m, params b, total params, total parameters,
trainable parameters, trainable params, activated params, active params, active parameters, layers, layer, depth,
  width,
flops, flop, exaflops, petaflops, zflops, relative extra, gflops, tflops, pflops, madds, madd, mult adds,
  multiply adds, macs, gmacs, mac, ops, operations, bops,
flops seq, flops token, tflops gpu, tflops update, compute, computation, compute budget, training flops,
training cost, train cost, cost, costs, price, gpu hours, gpu days, tpu days, gpu h, tpu core years, training time,
train time, training days, training hours, tpu v3 core days, tpu v3 days, carbon, co2, energy, power, kwh, emissions,
memory, gpu memory, mem, vram, ram, disk size, disk, storage,
batch, batch size, bs, minibatch, lr, learning rate, learning rates, max learning rate, peak learning rate,
weight decay, wd, dropout, drop out, drop prob, p drop, pdrop, label smoothing, momentum, warmup, warmup steps,
  warmup ratio,
warmup tokens, optimizer, adam, adam beta, lr schedule, schedule, gradient clipping, clip, clipping, beta, beta1,
  beta2,
epsilon, temperature, temp, steps, train steps, training steps, iterations, iters, iteration, epochs, epoch, updates,
seeds, seed, runs, trials, year, date, dim, dims, dimension, dimensions, hidden, hidden size, hidden dim, heads, head,
n heads, attention heads, d model, dmodel, d ff, dff, d k, d v, dk, dv, n layers, n ctx, d head, embedding size,
embedding dim, embed dim, vocab, vocabulary, vocab size, vocabulary size, context, context length, context size,
sequence length, seq len, max seq len, length, max length, window size, input size, image size, resolution, res, crop,
crops, input resolution, patch size, kernel, kernel size, stride, channels, filters, units, hidden units, neurons,
experts, num experts, expert size, experts per layer, capacity factor, capacity, cf, activated experts, shared experts,
routed experts, k, n, top k, rank, rank r, r, alpha, lambda, gamma, bottleneck, beam, beam size, beam width,
length penalty, gpus, tpus, nodes, cores, machines, gpus expert, devices, tokens, train tokens, training tokens,
  examples,
training examples, train examples, samples, shots, shot, n shot, k shot, sentences, words, documents, images,
questions, instances, classes, categories, labels, vertices, edges, avg degree, features, annotators, utterances,
hours, days, minutes, rank position, position, id, index, count, number, frequency, proportion, sampling proportion,
sampling, percentage, weight, weights, mixture, subset, compression, compression ratio, compression rate, bits, bit,
precision bits, sparsity, pruned, data, training data, train data, pre training data, dataset size, data size,
corpus size, pretraining data, model dim, os, output stride, aug, augmentation, pretrain, pretraining,
threshold, load balance, load balancing, load bal, smallest image side, image side, scale, scales, modules, sampler,
  tuning set, features, hyperparameter, hyperparameters, hyper parameters, hyper parameter, configuration, config,
  dropout rate,
dropout prob, drop path, stochastic depth, mixup, cutmix, accumulation, grad accumulation, weight sharing,
relative size, model parallelism, data parallelism, max steps, patience, ffn, d inner, d embed, step size, rollouts,
discount, horizon, replay buffer, buffer size, degree, ngram, n gram
"""

STUBS = """
method: model, models, method, methods, network, networks, system, systems, approach, approaches, algorithm,
  algorithms,
  name, group name, architecture, architectures, arch, backbone, baseline, baselines, detector, real time detectors,
  variants, technique, techniques, strategy, encoder, net, team, participant, config name, training setting,
  combined convnet models, convnet config, model name, classifier, learner, agent, policy, optimizer name, procedure,
  sim, similarity, net, loss function, pretraining method, pre training, setting, settings, ablation, model method,
  architecture name, decoding, decoding method, decoding strategy
dataset: dataset, datasets, data set, data sets, corpus, corpora, task, tasks, benchmark, benchmarks, domain, domains,
  environment, env, environments, game, games, problem, problems, language, languages, language pair, language pairs,
  subject, subjects, category, categories, suite, testset, evaluation dataset, target, instance, instances, test data
metric: metric, metrics, measure, measures, evaluation metric, criterion
split: split, splits, partition, fold
rank: rank, ranking, no, position, id, row, reference, references, source, sources, paper, year, cite, citation,
  venue, link
setting: data, training data, train data, train, configuration, config, hyperparameters, modality, capacity, from,
  pre training data, pretraining data, extra data, features, tuning set, prompting, shots, domain type, init,
  initialization, input, resolution, backbone weights, reference, augmentation, evaluation method, regression type,
  fine tuned layers, variant
"""
"""What the header over a label column says that it names."""

METHOD_WORDS = """
ours, our, baseline, baselines, human, humans, human performance, random, chance, majority, most frequent, ensemble,
single model, single, oracle, sota, state of the art, previous best, prior best, previous sota, best published,
  proposed,
bert, roberta, deberta, albert, electra, xlnet, gpt, gpt 2, gpt2, gpt 3, gpt3, gpt 4, gpt4, chatgpt, t5, bart, palm,
llama, llama2, mistral, mixtral, gopher, chinchilla, bloom, opt, falcon, gemma, gemini, claude, qwen, deepseek, phi,
lamda, megatron, switch, moe, glam, elmo, glove, word2vec, fasttext, cbow, bow, resnet, resnext, densenet, vgg,
googlenet, inception, alexnet, mobilenet, mobilenetv1, mobilenetv2, mobilenetv3, shufflenet, squeezenet, efficientnet,
nasnet, vit, deit, swin, clip, dino, mae, simclr, moco, byol, unet, u net, faster r cnn, fast r cnn, mask r cnn, r cnn,
yolo, ssd, retinanet, detr, deeplab, fcn, maxout, nin, highway, fitnet, lstm, blstm, bilstm, gru, rnn, cnn, mlp, hmm,
  crf,
svm, knn, k nn, transformer, transformers, lm, dnn, gan, wgan, stylegan, vae, ddpm, diffusion, dqn, ppo, sac, ddpg,
  a3c,
trpo, sgd, adam, adamw, rmsprop, adagrad, lora, adapter, adapters, prefix tuning, prompt tuning, bitfit, fine tuning,
fine tune, finetuning, finetune, full fine tuning, full, standard, vanilla, dense, linear probe, zero shot, few shot,
chain of thought, standard prompting, logistic regression, naive bayes, random forest, decision tree,
  gradient boosting,
xgboost, bm25, tf idf, distilbert, tinybert, distillation, kan, supervised, scratch, from scratch, pretrained,
pre trained, copy, dropout, batch norm, layer norm, no pre training, top 1 gating, top 2 gating, hash, base layer
"""

LANGUAGES = """
en=english de=german fr=french es=spanish it=italian pt=portuguese nl=dutch ro=romanian cs=czech ru=russian fi=finnish
et=estonian lv=latvian lt=lithuanian tr=turkish zh=chinese ja=japanese ko=korean hi=hindi vi=vietnamese ar=arabic
he=hebrew pl=polish uk=ukrainian sv=swedish gu=gujarati kk=kazakh si=sinhala ne=nepali id=indonesian th=thai sw=swahili
bn=bengali el=greek bg=bulgarian ur=urdu da=danish hu=hungarian fa=persian ta=tamil te=telugu hr=croatian sr=serbian
sk=slovak sl=slovene ca=catalan eu=basque ka=georgian ms=malay tl=tagalog yo=yoruba is=icelandic af=afrikaans
am=amharic ha=hausa no=norwegian ga=irish cy=welsh my=burmese km=khmer mn=mongolian az=azerbaijani be=belarusian
jv=javanese lo=lao pa=punjabi
"""
"""ISO 639-1 codes of the translation benchmarks."""
