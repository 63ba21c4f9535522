/** A row of the paper's Table 1: Face-Verf and Exp-Sim, on the same distribution and in the wild. */
export interface PaperRow {
  readonly label: string;
  readonly same: readonly [faceVerf: number, expSim: number];
  readonly wild: readonly [faceVerf: number, expSim: number];
}

/** Table 1 of "Facial Expression Transfer and Synthesis" (AIP-GAN, BMVC 2020), as printed there. */
export const PAPER_TABLE: readonly PaperRow[] = [
  { label: "AIP-GAN (paper)", same: [0.907, 0.903], wild: [0.856, 0.841] },
  { label: "AIP-GAN without attention loss and CEB (paper)", same: [0.816, 0.841], wild: [0.725, 0.753] },
  { label: "ExprGAN (paper)", same: [0.849, 0.919], wild: [0.761, 0.828] },
  { label: "PG2 (paper)", same: [0.709, 0.927], wild: [0.594, 0.906] },
  { label: "CAAE (paper)", same: [0.616, 0.795], wild: [0.548, 0.737] },
  { label: "ReenactGAN (paper)", same: [0.832, 0.867], wild: [0.752, 0.773] },
];

/** Why the paper's figures and these must not be read as one table. */
export const PAPER_NOTE = "The paper's rows were judged by VGG-Face (cosine threshold 0.68) and by VGG-Face tuned on AffectNet, on Oulu-CASIA and BU-4DFE, "
  + "and in the wild on CelebA; neither network may be shipped and those sets need a licence. Here HSE-FaceRes and a FER2013 network judge, on other people: "
  + "compare rows of one judge with each other, not across judges. The paper compares expressions with the driver's (on CelebA there is no truth). What the judges give the truth itself is the most that anything can reach here.";
