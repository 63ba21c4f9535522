/**
 * What MediaPipe scores a face that nothing moves, 0…1 by name: the mean over the 82 neutral portraits of the Face Research Lab London Set
 * (DeBruine and Jones 2017, CC BY 4.0), each looked at by itself. What a basis takes off as bias is less: it spares what is weak.
 */
export const NEUTRAL_SCORES: Readonly<Record<string, number>> = {
  browDownLeft: 0.1093, browDownRight: 0.1077, browInnerUp: 0.0834, browOuterUpLeft: 0.1344, browOuterUpRight: 0.0862, cheekPuff: 0,
  cheekSquintLeft: 0, cheekSquintRight: 0, eyeBlinkLeft: 0.1152, eyeBlinkRight: 0.075, eyeLookDownLeft: 0.1389, eyeLookDownRight: 0.1339,
  eyeLookInLeft: 0.0284, eyeLookInRight: 0.1388, eyeLookOutLeft: 0.1607, eyeLookOutRight: 0.04, eyeLookUpLeft: 0.0917, eyeLookUpRight: 0.0913,
  eyeSquintLeft: 0.2964, eyeSquintRight: 0.2244, eyeWideLeft: 0.0092, eyeWideRight: 0.0106, jawForward: 0, jawLeft: 0.0009, jawOpen: 0.004,
  jawRight: 0, mouthClose: 0.0012, mouthDimpleLeft: 0.0136, mouthDimpleRight: 0.0053, mouthFrownLeft: 0.0011, mouthFrownRight: 0.0015,
  mouthFunnel: 0.0035, mouthLeft: 0.0051, mouthLowerDownLeft: 0.0002, mouthLowerDownRight: 0.0001, mouthPressLeft: 0.0907, mouthPressRight: 0.0654,
  mouthPucker: 0.0987, mouthRight: 0.002, mouthRollLower: 0.0249, mouthRollUpper: 0.0121, mouthShrugLower: 0.1694, mouthShrugUpper: 0.0532,
  mouthSmileLeft: 0.0405, mouthSmileRight: 0.0369, mouthStretchLeft: 0.0066, mouthStretchRight: 0.0093, mouthUpperUpLeft: 0.0035,
  mouthUpperUpRight: 0.0043, noseSneerLeft: 0, noseSneerRight: 0,
};
