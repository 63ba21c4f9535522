/** Side of BlazeFace's input in pixels (the model for faces seen from further away, "back camera"). */
export const BLAZEFACE_SIDE = 256;

/** A face as BlazeFace finds it, in fractions 0…1 of its input. */
export interface FaceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The person's right eye, left eye, nose tip, mouth, right ear, left ear: x0, y0, x1, … */
  readonly keypoints: readonly number[];
  /** 0…1. */
  readonly score: number;
}

/** Grids of anchors: cells a side, and anchors in every cell. */
const GRIDS = [{ cells: 16, each: 2 }, { cells: 8, each: 6 }] as const;

/** Values per anchor: centre, size and six keypoints. */
const STRIDE = 16;

/** Fewer false alarms than the usual .5 at hardly a face lost: MediaPipe's own value for this model. */
const MIN_SCORE = 0.65;

/** Boxes that overlap more than this (intersection over union) are the same face. */
const SAME_FACE = 0.3;

/**
 * Decodes BlazeFace's raw outputs: every anchor predicts offsets from its cell's centre, in pixels of the input (Bazarevsky et al. 2019,
 * "BlazeFace"; MediaPipe's TensorsToDetectionsCalculator).
 *
 * @param grids for either grid, the scores before the sigmoid [anchors] and the regressions [anchors × 16]
 * @returns boxes above the threshold, best first, those of one face still separate
 */
export function decodeBlazeface(grids: readonly { readonly scores: Float32Array; readonly boxes: Float32Array }[]): FaceBox[] {
  const found: FaceBox[] = [];
  GRIDS.forEach(({ cells, each }, grid) => {
    const { scores, boxes } = grids[grid];
    for (let anchor = 0; anchor < cells * cells * each; anchor++) {
      const score = 1 / (1 + Math.exp(-scores[anchor]));
      if (score < MIN_SCORE) continue;
      const cell = Math.floor(anchor / each);
      const x = (cell % cells + 0.5) / cells, y = (Math.floor(cell / cells) + 0.5) / cells;
      const raw = Array.from(boxes.subarray(anchor * STRIDE, (anchor + 1) * STRIDE), (value) => value / BLAZEFACE_SIDE);
      const keypoints = raw.slice(4).map((value, i) => value + (i % 2 === 0 ? x : y));
      found.push({ x: raw[0] + x, y: raw[1] + y, width: raw[2], height: raw[3], keypoints, score });
    }
  });
  return found.sort((a, b) => b.score - a.score);
}

/**
 * Weighted non-maximum suppression: boxes of one face are averaged by their scores instead of being dropped, which makes the result
 * steadier than the best box alone (BlazeFace, section 3.3). The average keeps the best one's score.
 *
 * @param boxes best first
 */
export function mergeBoxes(boxes: readonly FaceBox[]): FaceBox[] {
  const merged: FaceBox[] = [];
  for (let rest = [...boxes]; rest.length > 0;) {
    const best = rest[0];
    const same = rest.filter((box) => box === best || overlap(best, box) > SAME_FACE);
    rest = rest.filter((box) => !same.includes(box));
    const total = same.reduce((sum, box) => sum + box.score, 0);
    const mean = (value: (box: FaceBox) => number): number => same.reduce((sum, box) => sum + box.score * value(box), 0) / total;
    merged.push({
      x: mean((box) => box.x), y: mean((box) => box.y), width: mean((box) => box.width), height: mean((box) => box.height),
      keypoints: best.keypoints.map((_, i) => mean((box) => box.keypoints[i])), score: best.score,
    });
  }
  return merged;
}

/** Intersection over union. */
function overlap(a: FaceBox, b: FaceBox): number {
  const w = Math.min(a.x + a.width / 2, b.x + b.width / 2) - Math.max(a.x - a.width / 2, b.x - b.width / 2);
  const h = Math.min(a.y + a.height / 2, b.y + b.height / 2) - Math.max(a.y - a.height / 2, b.y - b.height / 2);
  if (w <= 0 || h <= 0) return 0;
  return w * h / (a.width * a.height + b.width * b.height - w * h);
}
