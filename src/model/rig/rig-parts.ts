import { ReenactError } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import { NodeGrid } from "../compositing/node-grid.js";
import type { RowWarper } from "../compositing/row-warper.js";
import { ScriptWarper } from "../compositing/warp-row.js";
import { SimdWarper } from "../compositing/warp-simd.js";
import { headAngles } from "../geometry/head-angles.js";
import type { FaceLandmarks } from "../landmarks/face.js";
import { boundingRect } from "../synthesis/canvas.js";
import { displacement } from "../synthesis/displacement.js";
import { weightsFromScores, type ExpressionBasis } from "../synthesis/expression-basis.js";
import { poseFace, type PosedFace } from "../synthesis/posed-face.js";
import { skinTone } from "../synthesis/skin-tone.js";
import { warpMesh, type WarpMesh } from "../synthesis/warp-mesh.js";
import { borderWindow } from "./border-window.js";
import { makeRimColour } from "./closing-line.js";
import { makeEyePlate, type EyePlate } from "./eye-plate.js";
import { fillBackground } from "./fill-background.js";
import { HeadField } from "./head-field.js";
import { hiddenBackground } from "./hidden-background.js";
import { makeMouthPlate, type MouthPlate } from "./mouth-plate.js";
import { OpeningPatch } from "./opening-patch.js";
import { PersonLayer } from "./person-layer.js";
import { personOf, type PersonMask } from "./person-mask.js";

/** How finely a rig draws. */
export interface RigOptions {
  /**
   * Photo pixels between the places at which skin's motion is worked out: 1 for every pixel, which is what everything else is measured
   * against. Default: a quarter of a centimetre of the face.
   */
  readonly step?: number;
  /** How much of every place of the photo is a person: where it deserves trust the background stands still behind a head that turns. */
  readonly person?: PersonMask | undefined;
}

/** What a rig finds out about its photo, once. */
export interface RigParts {
  /** [51] the expression the photo shows. */
  readonly currentWeights: Float32Array;
  readonly face: PosedFace;
  readonly mesh: WarpMesh;
  readonly grid: NodeGrid;
  /** How much of every node's motion is left near the picture's border, 0…1. */
  readonly inside: Float32Array;
  readonly patches: readonly OpeningPatch[];
  readonly warper: RowWarper;
  /** The person cut out of the photo; undefined where nobody knows what is background. */
  readonly layer: PersonLayer | undefined;
  readonly eyes: readonly EyePlate[];
  readonly mouth: MouthPlate;
  readonly rimColours: readonly (readonly number[])[];
  readonly head: HeadField;
  /** Depth of every point of the mesh, for the head's turn. */
  readonly depths: Float64Array;
  /** [468, 2] to the neutral expression: teeth hang behind where the closed lips meet. */
  readonly toNeutral: Float64Array;
  /** 1 for faces of few pixels, larger ones in proportion. */
  readonly detail: number;
}

/** Faces up to this size (pixels per centimetre) are smoothed by one pixel, larger ones in proportion. */
const FINE_SCALE = 20;
/** First iris landmark of the right and the left eye. */
const IRISES = [468, 473] as const;
/** Over so many cm motion comes to rest towards the picture's border. */
const BORDER = 0.6;
/** Larger photos are not cut: a person layer takes eight bytes a pixel. */
const MOST_CUT = 1 << 24;
/** The grid's step when nobody names one, cm. */
const COARSE = 0.25;

/**
 * Finds it out, a piece at a time: together they take some tenths of a second, for which a server's other sessions should not wait.
 *
 * @throws ReenactError USAGE when there are neither weights nor scores, or the landmarks coincide
 */
export function* rigParts(
  basis: ExpressionBasis, photo: Pixels, landmarks: FaceLandmarks, given: Float32Array | undefined, { step, person: mask }: RigOptions,
): Generator<undefined, RigParts> {
  if (!given && !landmarks.blendshapes) throw new ReenactError("USAGE", "Expected landmarks with blendshape scores, or the photo's weights.");
  const currentWeights = given?.slice() ?? weightsFromScores(basis, landmarks.blendshapes!);
  const face = poseFace(basis, landmarks, currentWeights), { scale } = face.pose, mesh = warpMesh(face), detail = Math.max(1, scale / FINE_SCALE);
  yield;
  const person = mask && photo.width * photo.height <= MOST_CUT ? personOf(mask, face.points, photo) : undefined;
  const head = new HeadField(face.points, photo.width, photo.height, face.depths, headAngles(landmarks.points), person !== undefined);
  const depths = Float64Array.from({ length: mesh.points.length / 2 }, (_, i) => head.depthAt(mesh.points[2 * i], mesh.points[2 * i + 1]));
  yield;
  const [left, top, right, bottom] = head.shape.box(), whole = { x: 0, y: 0, width: photo.width, height: photo.height };
  const box = boundingRect(Float64Array.from([...mesh.points, left, top, right, bottom]), 2, whole);
  const grid = new NodeGrid({ left: box.x, top: box.y, width: box.width, height: box.height }, step ?? Math.max(2, Math.round(scale * COARSE)));
  const inside = borderWindow(grid, photo, BORDER * scale);
  yield;
  const warper = new (SimdWarper.supported() ? SimdWarper : ScriptWarper)(photo, grid);
  yield;
  let layer: PersonLayer | undefined;
  if (person) {
    const { hole, known } = hiddenBackground(photo, person, head.shape.halfWidth);
    yield;
    const filled = fillBackground(photo, grid, known, head.shape.halfWidth);
    yield;
    layer = new PersonLayer(photo, grid, person, hole, filled);
    yield;
  }
  const rounds = Math.max(1, Math.round(2 * detail ** 2));
  const patches = [basis.lips, ...basis.eyes].map((opening) => new OpeningPatch(opening, grid, scale, Math.min(6, rounds)));
  const tone = skinTone(photo, face);
  yield;
  const eyes = basis.eyes.map((eye, i) => makeEyePlate(photo, face, eye, IRISES[i], tone));
  yield;
  const mouth = makeMouthPlate(photo, face, tone, eyes.map(({ white }) => white));
  yield;
  const rimColours = [basis.lips, ...basis.eyes].map((opening) => makeRimColour(photo, face, opening));
  const toNeutral = displacement(face, new Float32Array(basis.blendshapes.length));
  return { currentWeights, face, mesh, grid, inside, patches, warper, layer, eyes, mouth, rimColours, head, depths, toNeutral, detail };
}
