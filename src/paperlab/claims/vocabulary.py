"""Metrics, splits and setup words of machine-learning papers, as data. Pure.

One entry a line: `name direction: alias, alias`. `+` is better when higher, `-` when lower,
  `?` unknown. The name is an
alias of itself; letter case, spaces and punctuation do not count.
"""

from __future__ import annotations

METRICS = """
accuracy +: acc, accs, accuracies, classification accuracy, average accuracy, overall accuracy, mean accuracy, correct,
top-1 accuracy +: top 1 acc, top1 acc, acc at 1, acc 1, top 1 classification accuracy, accuracy top 1, prec 1
top-5 accuracy +: top 5 acc, acc at 5, acc 5, accuracy top 5, prec 5
top-1 error -: top 1 err, top 1 error rate, top 1 classification error, top 1 err rate
top-5 error -: top 5 err, top 5 error rate, top 5 classification error, top 5 err rate
error -: err, errors, error rate, error rates, err rate, classification error, classification errors, misclassification
label error rate -: LER, label error
word error rate -: WER, word error, word error rates, wers
character error rate -: CER, character error, char error rate
phoneme error rate -: PER, phone error rate, phoneme error, phone error
sentence error rate -: SER, sequence error rate
bits per character -: bpc, bits per char, bit per character
bits per byte -: bpb
bits per dimension -: bpd, bits per dim, bits dim, bit per dim
perplexity -: ppl, perplexities, pplx, perp
negative log-perplexity +: neg log perp, neg log perplexity, negative log perplexity
negative log-likelihood -: nll, neg log likelihood, negative log likelihood
log-likelihood +: ll, log likelihood, loglikelihood, log prob, log probability
loss -: losses, cross entropy, cross entropy loss, xent, ce loss
BLEU +: bleu score, bleu scores, sacrebleu, tokenized bleu, detokenized bleu
BLEU-1 +: b 1, b at 1
BLEU-2 +: b 2, b at 2
BLEU-3 +: b 3, b at 3
BLEU-4 +: b 4, b at 4
METEOR +: MET, meteor score
TER -: translation edit rate
chrF +: chrf++
COMET +:
iBLEU +:
Self-BLEU -:
SARI +:
standard deviation ?: std dev, std, stddev, st dev
BLEURT +:
BERTScore +: bert score, bertscore f1, bs f1
MoverScore +: mover
ROUGE +: rouge score
ROUGE-1 +: R-1, rouge1, rouge 1 f1
ROUGE-2 +: R-2, rouge2, rouge 2 f1
ROUGE-L +: R-L, rougel, rouge l f1, rouge lsum
CIDEr +: cider d
SPICE +:
NIST +:
F1 +: f1 score, f 1, f score, f measure, f1 measure, fscore, f1s, f1 scores, f β, f beta, fmeasure
macro-F1 +: macro f1 score, macro averaged f1, macro average f1, maf1, macro f
micro-F1 +: micro f1 score, micro averaged f1, mif1, micro f
F1a +: f1 a
weighted F1 +: wf1
precision +: prec, average precision score
recall +: rec, average recall, class recall, mean class recall
exact match +: EM, exact match accuracy, accuracy em, acc em, exact match score, exact matches
F0.5 +:
AUC +: auroc, roc auc, area under the curve, auc roc, rocauc
AUPRC +: pr auc, aupr, auc pr
mAP +: mean ap, mean average precision, map score
AP +: average precision, ap all
AP50 +: ap 50, ap at 50, ap 0.5
AP75 +: ap 75, ap at 75, ap 0.75
mAP@.5 +: map 50, map 0.5, map at 0.5
mAP@[.5, .95] +: map 5 95, map 0.5 0.95, map .5 .95
APS +: ap s
APM +: ap m
APL +: ap l
average recall +: ar
IoU +: intersection over union, jaccard, jaccard index
mIoU +: mean iou, mean intersection over union, mean iu
pixel accuracy +: pixel acc, pix acc, PA
Dice +: dice score, dsc, dice coefficient, dice similarity
Hausdorff distance -: hd95, hausdorff
PSNR +:
SSIM +: ms ssim
LPIPS -:
FID -: fid 50k, fid score, frechet inception distance, fid 10k
FVD -:
KID -:
inception score +: IS
CLIP score +: clipscore, clip sim
NDCG +: ndcg 10, ndcg at 10, ndcg 5, ndcg 20
MRR +: mean reciprocal rank, mrr 10, mrr at 10
hits +:
hit rate +: hr
mean rank -: mr
mean absolute error -: mae, mean abs error, average absolute error
mean squared error -: mse, mean square error
RMSE -: rmse, root mean squared error, root mean square error, rms error
MAPE -:
relative error -: rel err, rel error, abs rel
L1 -: l1 error, l1 loss
L2 -: l2 error, l2 loss
R2 +: r squared, coefficient of determination
Matthews correlation +: mcc, matthew s correlation, matthew s corr, matthews corr, matthews correlation coefficient,
  phi
Pearson correlation +: pearson, pearson s r, pearsonr, pcc, pearson corr, pearson r
Spearman correlation +: spearman, spearman s rho, spearmanr, srcc, spearman corr, spearman rank correlation
Kendall's tau +: kendall, kendall tau
correlation +: corr, correlations
Cohen's kappa +: kappa, cohen kappa, fleiss kappa
unlabeled attachment score +: uas
labeled attachment score +: las
bias score -: bias, bias scores
win rate +: wins, win, winrate
Elo +: elo rating
success rate +: sr, success, success rates, successes
SPL +:
return +: returns, average return, episode return, cumulative reward, total reward, episodic return
reward +: rewards, avg reward, average reward
score +: scores, overall score, average score
human-normalized score +: human normalized score, normalized score
regret -:
expected calibration error -: ece, calibration error
Brier score -: brier
equal error rate -: eer
minDCF -: min dcf
MOS +: mean opinion score
PESQ +:
STOI +:
SI-SDR +: si sdri, sdr, si snr
NMI +: normalized mutual information
ARI +: adjusted rand index, adjusted rand
purity +:
silhouette +:
warping error -:
rand error -:
MOTA +:
IDF1 +:
AMOTA +:
NDS +:
MPJPE -:
EPE -: aepe, end point error
D1-all -:
agreement +: inter annotator agreement
coverage +:
faithfulness +:
truthful +: truthfulness
informative +: truthful inf, truthful informative
toxicity -: toxicity score, toxic, toxicity probability
diversity +:
BPW -:
edit distance -: levenshtein, normalized edit distance
time -: runtime, run time, inference time, wall clock time, wall clock, time s, time sec, test time, running time
latency -: latencies, cpu, cpu latency, gpu latency, cpu time, gpu time
speed +: throughput, examples sec, samples sec, images sec, tokens sec, img s, im s, seq s
speedup +: speed up, speedups, relative speedup
FPS +: frames per second, frame s, fps v100
gain +: gains, improvement, improvements, delta, δ, abs gain, relative gain, rel gain, relative improvement
decrease -: degradation, performance drop, relative drop
rank -: avg rank, average rank, mean ranking, ranking
ratio ?:
p-value ?: p value, p values
MOPS ?:
"""

CUT = "pass hits hit recall r precision prec p ndcg mrr map acc accuracy h success top"
"""Metrics that take a number: `hits@10`, `top-5`."""
CUT_NAMES = "hit=hits r=recall prec=precision p=precision h=hits acc=top accuracy=top"

HEADS = """
error -: err
accuracy +: acc
loss -:
score +:
precision +:
recall +:
perplexity -: ppl
correlation +: corr
similarity +: sim
distance -:
rate ?:
ratio ?:
F1 +:
AUC +:
BLEU +:
"""
"""Last words of a label that make it a metric of its own kind: `warping error`."""

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
  architecture name
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
he=hebrew pl=polish uk=ukrainian sv=swedish gu=gujarati kk=kazakh si=sinhala ne=nepali
"""
"""ISO 639-1 codes of the translation benchmarks."""
