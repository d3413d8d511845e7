"""Datasets of machine-learning papers by their usual metric, as data. Pure.

One usual metric a paragraph: `metric: name=alias=alias, name`. Names as printed most often; letter case, spaces and
punctuation do not count in comparing. An empty metric says that the dataset has no usual one.
"""

from __future__ import annotations

DATASETS = """
accuracy: MNIST, Fashion-MNIST, EMNIST, KMNIST, CIFAR-10, CIFAR-100, CIFAR-10-C, CIFAR-100-C, CIFAR, CIFAR-10.1, SVHN,
  STL-10, ImageNet=ILSVRC-2012=ILSVRC=ILSVRC12=ImageNet-1k=INet, ImageNet-21k, ImageNet-V2, ImageNet-R=IN-R,
  ImageNet-A=IN-A, ImageNet-C=IN-C, ImageNet-Sketch=IN-Sketch, ImageNet-ReaL=ReaL, ObjectNet, Tiny ImageNet,
  mini-ImageNet, tieredImageNet, Caltech-101, Caltech-256, Food-101, Flowers-102=Oxford Flowers, Oxford Pets=Pets,
  Stanford Cars, FGVC Aircraft=Aircraft, DTD, EuroSAT, SUN397, RESISC45, GTSRB, CUB-200=CUB=CUB-200-2011, Places365,
  iNaturalist=iNat=iNaturalist 2018=iNat18=iNat21, VTAB, Omniglot, PatchCamelyon, JFT, JFT-300M, DomainNet, Office-31,
  Office-Home, PACS, VLCS, TerraIncognita, WILDS, Camelyon17, Waterbirds, CelebA, Kinetics-400=K400, Kinetics-600,
  UCF101, HMDB51, Something-Something v2=SSv2, ModelNet40, ScanObjectNN, VQA, VQAv2=VQA v2=VQA 2.0, GQA, OK-VQA,
  TextVQA, NLVR2, CLEVR, ScienceQA, MMMU, MMBench, SEED-Bench, POPE, MME, VizWiz, SNLI-VE, Quickdraw, GLUE, SuperGLUE,
  MNLI=MultiNLI, MNLI-m=MNLI matched, MNLI-mm=MNLI mismatched, SNLI, QNLI, RTE, WNLI, ANLI, ANLI R1, ANLI R2, ANLI R3,
  XNLI, SciTail, SICK, ACE 2005=ACE2005=ACE05, ACE 2004=ACE2004, Story Cloze Test, SST, SST-2, SST-5, IMDB, Yelp,
  Yelp-2, Yelp-5, Yelp Polarity, Amazon, Amazon-2, Amazon-5, AG News=AGNews=AG, DBpedia, TREC, MR, CR, MPQA, Subj,
  20 Newsgroups=20NG, QQP, MRPC, PAWS, PAWS-X, BoolQ, CB=CommitmentBank, COPA, XCOPA, MultiRC, WiC, WSC, WSC273,
  Winograd, WinoGrande, WinoGender, WinoBias, StoryCloze=Story Cloze, XStoryCloze=Story Cloze, HellaSwag, SWAG, PIQA,
  SIQA=SocialIQA=Social IQa, CSQA=CommonsenseQA, CosmosQA, OpenBookQA=OBQA, ARC, ARC-e=ARC Easy=ARC-E,
  ARC-c=ARC Challenge=ARC-C=ARC Chal, RACE, RACE-m=RACE middle, RACE-h=RACE high, RACE-middle, RACE-high, SciQ,
  LogiQA, QASC, MMLU, MMLU-Pro, C-Eval, CMMLU, AGIEval, BBH=BIG-Bench Hard, BIG-bench, GPQA, TruthfulQA, LAMBADA,
  GSM8K, MATH, SVAMP, ASDiv, AQuA=AQuA-RAT, MAWPS, MultiArith, AddSub, SingleEq, SingleOp, StrategyQA,
  Date=Date Understanding, Sports=Sports Understanding, Coin Flip=Coinflip, Last Letter=Letter Concatenation, SayCan,
  MGSM, Math23K, Minerva, NumGLUE, HANS, Hyperpartisan, PubMedQA, MedQA, MedMCQA, Long Range Arena=LRA, ListOps,
  Pathfinder, Path-X, Cora, Citeseer, PubMed, ogbn-arxiv, ogbn-products, PROTEINS, MUTAG, NCI1, ENZYMES, Reddit,
  ESC-50, AudioSet, Speech Commands, VoxCeleb, WikiSQL, Spider, CHC, StereoSet, CrowS-Pairs, Few-Rel, CLUE, AFQMC,
  TNEWS, CMNLI, CHID, C3, OCNLI, HumanEval-X, DROP-num, Atari Pong, HEIM, UrbanSound8K, NSynth, CREMA-D, CNLI,
  FLEURS-LID, LRW, GRID, CIFAR-FS, ImageNet-100, ImageNet-LT, ImageNet-1k-V2, Places205, FG-NET, UTKFace, LFW, CFP-FP,
  AgeDB-30, CALFW, CPLFW, IJB-B, IJB-C, NTU RGB+D=NTU-60, NTU RGB+D 120=NTU-120, Skeleton-Kinetics, ActivityNet-QA,
  MSVD-QA, MSRVTT-QA, EgoSchema, NExT-QA, Video-MME, MVBench, MathVista, ChartQA, DocVQA, InfoVQA, AI2D, OCRBench,
  HallusionBench, MMStar, MM-Vet, RefCOCO, RefCOCO+, RefCOCOg, Winoground, MedMNIST, HAM10000, APTOS, EyePACS, PCam,
  RAF-DB, AffectNet, FER2013, FER+, IEMOCAP, MELD, RAVDESS, GTZAN, MagnaTagATune, VoxLingua107, SUPERB, DailyDialog,
  Amazon Photo, Amazon Computers, Coauthor CS, Coauthor Physics, Chameleon, Squirrel, Cornell, ogbn-proteins,
  ogbn-mag, COLLAB, IMDB-B, IMDB-M, REDDIT-B, Twitter15, Twitter16, FakeNewsNet, R52, Ohsumed, Banking77, CLINC150,
  ATIS, SNIPS, HWU64, AIME, AIME 2024=AIME24, AMC 2023=AMC23, MATH-500, OlympiadBench, MuSR, ZebraLogic, BBQ, ToxiGen,
  Belebele, XWinograd, XStoryCloze-en, Global-MMLU, INCLUDE, KMMLU, CMMLU-pro, ARC-AGI, ProofWriter, FOLIO, PrOntoQA,
  CLUTRR, bAbI, SimpleQA, FreshQA, DomainNet-126, VisDA=VisDA-2017, ImageCLEF-DA, Rotated MNIST=RotatedMNIST,
  Colored MNIST=ColoredMNIST, Permuted MNIST, Split CIFAR-100, Split MNIST, CORe50, FEMNIST, Shakespeare, Sent140,
  HIGGS, Covertype, Adult Income, UCI HAR, PAMAP2
F1: SQuAD=SQuAD 1.1=SQuAD v1.1=SQuADv1.1=SQuAD1.1=SQuADv1, SQuAD 2.0=SQuADv2=SQuAD v2.0=SQuAD2.0=SQuAD2=SQuADv2.0,
  DROP, CoQA, QuAC, HotpotQA, NewsQA, CoNLL-2003=CoNLL03=CoNLL 2003=CoNLL2003, CoNLL-2000, OntoNotes=OntoNotes 5.0,
  WNUT-17, ReCoRD, TACRED, SemEval, Penn Treebank parsing, BC5CDR, NCBI-disease, JNLPBA, ChemProt, SciERC, BioASQ,
  PPI, Qasper, NarrativeQA, QMSum, LongBench, 2WikiMultihopQA=2Wiki, MuSiQue, CoNLL-2009, CoNLL-2012, DDI, GENIA,
  SciCite, ACL-ARC, EBM-NLP, FUNSD, SROIE, XFUN=XFUND, Kleister-NDA, DocRED, Re-DocRED, SemEval-2010 Task 8,
  SemEval 2014, WikiANN, MasakhaNER, MultiCoNER, CoNLL-2004=CoNLL04, BC2GM, NCBI Disease, i2b2, n2c2, MultiNERD,
  Few-NERD, TACREV, Re-TACRED, CTB, FewRel NER, Twitter-2015, Twitter-2017, GoEmotions, OLID, HateXplain, FEVER-NLI,
  SMAP, SWaT, WADI, MuST-SHE, XQuAD, MLQA, TyDi QA=TyDiQA=TyDiQA-GoldP, BioRED, PubTator, HoVer, SQuADShifts
exact match: Natural Questions=NQ=NaturalQuestions=NQs=Natural QA=NaturalQS, TriviaQA=TQA=Trivia QA,
  WebQuestions=WebQS=WQ=Web QA=WebQA=WebQuestionsSP, CB Web QA, CB Natural QA, CB Trivia QA, CuratedTREC,
  EntityQuestions, CWQ, GrailQA, CFQ, SCAN, COGS
BLEU: WMT, WMT 2014=WMT14, WMT 2015=WMT15, WMT 2016=WMT16, WMT 2017=WMT17, WMT 2018=WMT18, WMT 2019=WMT19, IWSLT,
  IWSLT 2014=IWSLT14, IWSLT 2015=IWSLT15, IWSLT 2016=IWSLT16, IWSLT 2017=IWSLT17, news-commentary, newstest2013,
  newstest2014, newstest2015, newstest2016, newstest2012, E2E=E2E NLG=E2E NLG Challenge, WebNLG, DART,
  FLORES=FLORES-101=FLORES-200, Multi30k, OPUS-100, WMT 2020=WMT20, WMT 2021=WMT21, WMT 2022=WMT22, MuST-C,
  CoVoST 2=CoVoST, NTREX, TED Talks, Tatoeba, JESC, ASPEC, CSL-Daily, PHOENIX14T, WikiText-TL, CoNaLa, Django, ToTTo,
  WikiBio, Europarl, TED
ROUGE: CNN/DailyMail=CNN/DM=CNN-DM=CNNDM=CNN Daily Mail, XSum, Gigaword, SAMSum, Multi-News, Newsroom, Reddit TIFU,
  BigPatent, arXiv summarization, BillSum, Multi-LexSum, WikiHow, MediaSum, DialogSum, SummScreen, GovReport,
  PubMed summarization, arXiv-long, BookSum, AMI meetings, AESLC, NYT, DUC 2004, WikiSum, CNewSum, LCSTS, SQuALITY
perplexity: WikiText-103=WT103=WikiText103=Wiki-103=Wikitext, WikiText-2=WT2, Penn Treebank=PTB,
  1 Billion Word=1B Word=One Billion Word=LM1B=1BW=1 Billion Word Benchmark=1 Billion Word Language Modeling Benchmark,
  C4, The Pile=Pile, OpenWebText=OWT, PG-19, RealNews, WebText, CC-News, CC100=cc100en, BookCorpus=Toronto Books,
  RedPajama, SlimPajama, Dolma, Wikipedia, GitHub, Gutenberg, S2ORC, CORD-19, pushshift.io Reddit, StackExchange,
  FineWeb
bits per character: enwik8, text8, Hutter Prize
Matthews correlation: CoLA
Pearson correlation: STS-B=STSB=STS Benchmark, STS, STS12, STS13, STS14, STS15, STS16, SICK-R
mAP: PASCAL VOC=VOC, PASCAL VOC 2007=VOC07=VOC-2007=VOC 2007=VOC2007, PASCAL VOC 2012=VOC12=VOC-2012=VOC 2012=VOC2012,
  COCO=MS COCO=MS-COCO=COCO 2017=MSCOCO, LVIS, Objects365, Open Images, nuScenes, KITTI, Charades, AVA, THUMOS, Waymo,
  CrowdHuman, VisDrone, Market-1501=Market1501, DukeMTMC-reID, MSMT17, CUHK03, DOTA, DIOR, HRSC2016, Argoverse,
  EPIC-Kitchens, MOT17, MOT20, MPII, COCO keypoints, WIDER FACE, TACO, Pascal Part, ActivityNet, Charades-STA,
  QVHighlights, FineAction, MultiTHUMOS, UCF101-24, xView, PubTables-1M, PubLayNet, DocLayNet, DocBank, TableBank,
  ICDAR 2013, ICDAR 2015, ICDAR 2019, NWPU VHR-10
mIoU: Cityscapes, ADE20K, PASCAL Context, PASCAL VOC segmentation, COCO-Stuff, CamVid, SUN RGB-D, NYUv2=NYU Depth v2,
  ScanNet, S3DIS, ShapeNet, Mapillary, BDD100K, GTA5, SYNTHIA, SemanticKITTI, LoveDA, ISPRS Potsdam=Potsdam,
  ISPRS Vaihingen=Vaihingen, iSAID, DeepGlobe, FoodSeg103, Dark Zurich, COCO-Stuff-164k, ADE20K-847, PC-59, PASCAL-5i,
  COCO-20i, UAVid, Pascal Context-59, ScanNet200, ShapeNetPart, PartNet, nuScenes segmentation, DAVIS, YouTube-VOS
IoU: ISBI cell tracking challenge, PhC-U373, DIC-HeLa
Dice: BraTS, Synapse, ACDC, LiTS, KiTS, ISIC, Kvasir, CVC-ClinicDB, MSD, DRIVE, PROMISE12, AMOS, BTCV, FLARE,
  TotalSegmentator, CHAOS, ISLES, Kvasir-SEG, CVC-ColonDB, ETIS, ISIC 2017, ISIC 2018, STARE, CHASE_DB1, REFUGE, BUSI,
  MoNuSeg, GlaS, PanNuke, WMH, HVSMR
word error rate: WSJ=Wall Street Journal, LibriSpeech, Switchboard=SWBD=SWB, CallHome=CHM, TED-LIUM, Common Voice,
  AMI, Hub5, Librilight, MLS, VoxPopuli, FLEURS, LRS2, LRS3, CHiME, WSJ0, AISHELL, AISHELL-1, AISHELL-2, LJSpeech,
  GigaSpeech, WenetSpeech, SPGISpeech, Earnings-22=Earnings22, TED-LIUM 3, Tedlium, Fisher, Babel, CommonVoice,
  LibriTTS, WSJ0-2mix, VoxForge, THCHS-30, KsponSpeech, Broadcast News, Librispeech-100, ML-SUPERB
phoneme error rate: TIMIT
recall@1: Flickr30k, DiDeMo, VATEX, COCO retrieval, CUB retrieval, SOP=Stanford Online Products, In-Shop,
  MSVD retrieval, Clotho, AudioCaps, ICFG-PEDES, RSTPReid, Pitts30k, Pittsburgh250k, Tokyo 24/7, MSLS, MSR-VTT, MSVD,
  LSMDC, CUHK-PEDES
NDCG: BEIR, MovieLens, ML-1M=MovieLens-1M, ML-20M=MovieLens-20M, TREC-COVID, NFCorpus, SciFact, FiQA, ArguAna, Touché,
  Quora, FEVER, Climate-FEVER, SCIDOCS, Gowalla, Amazon-Book, Yelp2018, Amazon Beauty, Amazon Toys, Amazon Sports,
  Steam, LastFM=Last-FM, Diginetica, Yoochoose, Tmall, Taobao, Epinions, Douban, CiteULike, MIND, BRIGHT, Robust04,
  TREC DL 2019=TREC DL19, TREC DL 2020=TREC DL20, MTEB retrieval, Istella, MSLR-WEB30K, MIRACL, MTEB
MRR: MS MARCO=MSMARCO=MS MARCO dev, FB15k, FB15k-237, WN18, WN18RR, YAGO3-10, TREC DL, OGB-LSC, NELL-995, UMLS, CoDEx,
  ICEWS14, ICEWS18, GDELT, Mr. TyDi, CodeSearchNet
pass@1: HumanEval, MBPP, APPS, DS-1000, CodeContests, LiveCodeBench, HumanEval+, MBPP+, CruxEval, SWE-bench
FID: FFHQ, LSUN, CelebA-HQ, AFHQ, LSUN Bedroom, LSUN Church, MetFaces, ImageNet 256x256=ImageNet 256,
  ImageNet 512x512=ImageNet 512, CUB birds generation, LSUN Cat, MJHQ-30K, COCO-30K
PSNR: DIV2K, Set5, Set14, BSD100=BSDS100=B100, Urban100, Manga109, BSD68, GoPro, SIDD, LLFF, NeRF Synthetic, Kodak,
  Rain100L, Rain100H, RESIDE, LOL, Mip-NeRF 360, Tanks and Temples, Vimeo90K, REDS, Vid4, UVG, CBSD68, McMaster,
  Classic5, LIVE1, HIDE, RealBlur, DND, MIT-Adobe FiveK, fastMRI, RealSR, Test2800, DTU
return: HalfCheetah=HalfCheetah-v2, Hopper=Hopper-v2, Walker2d=Walker2d-v2, Ant=Ant-v2, Humanoid=Humanoid-v2, Swimmer,
  Reacher, InvertedPendulum, CartPole, LunarLander, Pendulum, MountainCar, MuJoCo, DeepMind Control=DMC=DM Control,
  D4RL, Procgen, AntMaze, Kitchen, Adroit, Safety Gym, HalfCheetah-v3, Hopper-v3, Walker2d-v3, Ant-v3, Humanoid-v3,
  SMAC, StarCraft II, MPE, Overcooked, Acrobot, PyBullet, BipedalWalker, Crafter, DMLab, Minecraft, Hanabi,
  Google Research Football
score: Atari=Atari 2600, Pong, Breakout, Seaquest, Q*bert=Qbert, Space Invaders, Beam Rider, Enduro, MT-Bench,
  AlpacaEval, Arena-Hard, IFEval, ProcGen
success rate: Meta-World, ALFRED, ALFWorld, WebShop, WebArena, LIBERO, CALVIN, BabyAI, MiniGrid, Habitat, RLBench
mean absolute error: QM9, ZINC, UCF_CC_50, ShanghaiTech, ShanghaiTech A, ShanghaiTech B, WorldExpo
mean squared error: PEMS03, PEMS04, PEMS07, PEMS08, Solar-Energy=Solar, Exchange-Rate, ETTh1, ETTh2, ETTm1, ETTm2,
  Electricity=ECL, Traffic, Weather, ILI, Exchange, M4
AUC: ogbg-molhiv, Criteo, Avazu, CheXpert, ChestX-ray14, Tox21, BBBP, HIV, BACE, SIDER, ClinTox, ROCStories,
  MIMIC-III, RealToxicityPrompts
bits per dimension: ImageNet 32x32=ImageNet32, ImageNet 64x64=ImageNet64
rand error: ISBI 2012, EM segmentation challenge
: LAION-400M, LAION-5B, CC3M=Conceptual Captions, CC12M, YFCC100M, ROOTS, LVIS-mini, BST, ELI5, ConvAI2,
  Wizard of Wikipedia, Blended Skill Talk, Empathetic Dialogues, PersonaChat, CommonGen, DialogRE, MultiWOZ, nocaps,
  NoCaps, TextCaps, COCO Captions
"""

AVERAGES = """
avg, average, mean, overall, overall average, macro average, micro average, macro avg, micro avg, avg score, total avg
"""
"""Labels that stand for the average of the datasets beside them."""
