"""Metrics of machine-learning papers with their directions, as data. Pure.

One entry a line: `name direction: alias, alias`. `+` is better when higher, `-` when lower, `?` unknown. The
name is an alias of itself; letter case, spaces and punctuation do not count.
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
Self-TER ?:
localization error -: localisation error, loc error, loc err, localization err, localisation err, loc error on gt class,
  loc error on gt cls
detection error -: det error
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
AUPRC +: area under the precision recall curve, area under precision recall curve, pr auc, aupr, auc pr
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
HOTA +:
J&F +: j f mean
PQ +: panoptic quality
SQ +: segmentation quality
RQ +: recognition quality
sensitivity +: true positive rate, tpr
specificity +: true negative rate, tnr
balanced accuracy +: bacc, balanced acc, bal acc, bca
false positive rate -: fpr, fpr95, fpr 95, fpr tpr95
false negative rate -: fnr
average surface distance -: asd, assd, average symmetric surface distance
normalized surface distance +: nsd, normalized surface dice
OKS AP +:
PCK +: pckh, pckh 0.5
chamfer distance -: chamfer
earth mover's distance -: emd
F-measure max +: max f measure
S-measure +: s alpha
E-measure +: e phi
absolute trajectory error -: ate
relative pose error -: rpe
NIQE -:
BRISQUE -:
DISTS -:
precision-IS +:
sFID -:
CMMD -:
ImageReward +:
HPSv2 +: hps
CLIP-I +:
CLIP-T +:
DINO score +: dino i
UTMOS +:
DNSMOS +:
mel cepstral distortion -: mcd
log-spectral distance -: lsd
diarization error rate -: der
detection cost -: cdet
slot error rate -: concept error rate
translation error rate -:
token error rate -: subword error rate
match error rate -:
MAUVE +:
QAFactEval +:
FactScore +: factscore
AlignScore +:
G-Eval +: geval
distinct-1 +: dist 1, distinct 1
distinct-2 +: dist 2, distinct 2
NED +:
CodeBLEU +:
edit similarity +: edit sim
test error -:
joint goal accuracy +: jga, joint accuracy, joint acc
slot F1 +:
entity F1 +: ent f1
intent accuracy +: intent acc
execution accuracy +: exec acc, execution acc
logical form accuracy +: lf acc
CLUE score +:
hallucination rate -:
attack success rate ?:
robust accuracy +: robust acc, adversarial accuracy, pgd accuracy
certified accuracy +:
forgetting -: average forgetting
backward transfer +: bwt
forward transfer +: fwt
demographic parity -: demographic parity difference, dp difference
equalized odds -: equalized odds difference, eodds
CRPS -: continuous ranked probability score
sMAPE -: smape
MASE -:
OWA -:
WAPE -:
RMSLE -:
concordance index +: c index, ci index
logloss -: log loss
GAUC +:
MedR -: median rank, medr
mean reciprocal rank at k +:
Rsum +: r sum
V-measure +: v score
modularity +:
interquartile mean +: iqm
optimality gap -: opt gap
collision rate -:
tanimoto similarity +:
validity +: valid molecules
uniqueness +:
novelty +:
QED +:
TM-score +: tmscore
GDT-TS +: gdt
lDDT +: lddt, plddt
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

FAMILIES = """
accuracy, error, top-1 accuracy, top-1 error, F1, macro-F1, micro-F1, AUC, exact match, Matthews correlation
word error rate, character error rate, phoneme error rate, label error rate
BLEU, METEOR, chrF, COMET, TER, ROUGE, ROUGE-L, CIDEr, BERTScore, SARI
perplexity, bits per character, bits per byte, loss, negative log-likelihood, bits per dimension
mAP, AP, AP50, mIoU, IoU, Dice, pixel accuracy
NDCG, MRR, hits, hit rate, recall@1, NDCG@10, recall@10, recall@20, NDCG@20
FID, inception score, KID
PSNR, SSIM, LPIPS
return, reward, score, success rate, human-normalized score
mean absolute error, mean squared error, RMSE, MAPE
Pearson correlation, Spearman correlation, correlation
"""
"""Metrics of which one stands for another where a paper names no other of its line."""
