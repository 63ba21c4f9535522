import { BLENDSHAPES } from "./expressions.js";
import type { Person } from "./person.js";

/** A line from the picture's left to its right: x rises from point to point. */
export type Curve = readonly (readonly [x: number, y: number])[];

/** The lines a face is drawn from, in pixels of the crop. */
export interface FaceShape {
  readonly outerUpper: Curve;
  readonly outerLower: Curve;
  readonly innerUpper: Curve;
  readonly innerLower: Curve;
  /** The picture's left eye, then its right one; of the brows the lower and the upper edge. */
  readonly upperLids: readonly [Curve, Curve];
  readonly lowerLids: readonly [Curve, Curve];
  readonly browsBelow: readonly [Curve, Curve];
  readonly browsAbove: readonly [Curve, Curve];
  /** Where the chin is. */
  readonly chin: number;
}

/** Where the registration of the crop puts the corners of the eyes. */
const EYES = [[25.77, 38.72], [57.28, 70.23]] as const;
/** The eyes' height, and the face's middle. */
export const EYE_HEIGHT = 20.9, MIDDLE = 48;

/** Moves a person's lines as expression weights [51] say. The subject's left is on the picture's right. */
export function faceShape(person: Person, weights: Float32Array): FaceShape {
  const w = (name: (typeof BLENDSHAPES)[number]) => weights[BLENDSHAPES.indexOf(name)];
  const sides = (name: string) => [`${name}Right`, `${name}Left`].map((side) => weights[(BLENDSHAPES as readonly string[]).indexOf(side)]);
  const [smile, frown, stretch, upper, lower] = ["mouthSmile", "mouthFrown", "mouthStretch", "mouthUpperUp", "mouthLowerDown"].map(sides);
  const round = Math.max(w("mouthPucker"), 0.7 * w("mouthFunnel")), aside = 4 * (w("mouthLeft") - w("mouthRight"));
  const corner = (i: 0 | 1): readonly [number, number] => [
    MIDDLE + aside + (i === 0 ? -1 : 1) * person.mouthWidth * (1 + 0.25 * smile[i] + 0.2 * stretch[i] - 0.45 * round),
    person.mouth - 5 * smile[i] + 4 * frown[i] + 0.25 * 13 * w("jawOpen"),
  ];
  const corners = [corner(0), corner(1)] as const, middle = (a: readonly number[]) => (a[0] + a[1]) / 2;
  const up = 2.5 * middle(upper) + 2 * w("mouthFunnel"), down = 13 * w("jawOpen") + 3 * middle(lower) + 2 * w("mouthFunnel");
  const rim = (way: number, power: number) => bow(corners, person.mouth + way, power);
  const lids = [0, 1].map((i) => {
    const blink = sides("eyeBlink")[i], squint = sides("eyeSquint")[i], wide = sides("eyeWide")[i];
    const open = person.aperture * (1 + 0.5 * wide) * (1 - blink);
    const ends = EYES[i].map((x) => [x, EYE_HEIGHT] as const) as [readonly [number, number], readonly [number, number]];
    const shut = 0.8 * person.aperture * blink; // closed lids meet below
    return { upper: bow(ends, EYE_HEIGHT - open + shut, 1, 9), lower: bow(ends, EYE_HEIGHT + 0.8 * person.aperture * (1 - 0.5 * squint), 1, 9) };
  });
  const brow = (i: 0 | 1, above: number): Curve => {
    const raised = 3 * sides("browOuterUp")[i] - 3.5 * sides("browDown")[i], inner = raised + 3.5 * w("browInnerUp");
    const points = [0, 0.25, 0.5, 0.75, 1].map((t) => { // from the temple to the nose
      const x = i === 0 ? 22 + 18 * t : 74 - 18 * t;
      return [x, person.brow - (raised + (inner - raised) * t * t) - 2 * Math.sin(Math.PI * t) - above] as const;
    });
    return i === 0 ? points : points.reverse();
  };
  return {
    innerUpper: rim(-up, 1), innerLower: rim(down, 1), outerUpper: rim(-up - person.upperLip, 0.6), outerLower: rim(down + person.lowerLip, 0.6),
    upperLids: [lids[0].upper, lids[1].upper], lowerLids: [lids[0].lower, lids[1].lower],
    browsBelow: [brow(0, 0), brow(1, 0)], browsAbove: [brow(0, person.browThickness), brow(1, person.browThickness)],
    chin: person.chin + 10 * w("jawOpen"),
  };
}

/** A line between two ends that bows to `height` half-way; a smaller power makes it fuller. */
function bow([a, b]: readonly [readonly [number, number], readonly [number, number]], height: number, power: number, count = 11): Curve {
  return Array.from({ length: count }, (_, i) => {
    const t = i / (count - 1), line = a[1] + (b[1] - a[1]) * t;
    return [a[0] + (b[0] - a[0]) * t, line + (height - (a[1] + b[1]) / 2) * (1 - (2 * t - 1) ** 2) ** power];
  });
}
