import { ReenactError } from "../../errors.js";
import { smoothstep } from "../geometry/kernels.js";

/** Landmarks of the top of the forehead, the chin, and the face's sides. */
const FOREHEAD = 10, CHIN = 152, RIGHT = 234, LEFT = 454;

/** The head is an ellipsoid about the face: so many half widths wide, and half heights high above and below the face's middle. */
const WIDE = 1.12, ABOVE = 1.45, BELOW = 1;
/** Of the ellipsoid's radius: up to where everything turns, and from where on nothing does. */
const TOGETHER = { inner: 1, outer: 1.9 };
/** The same where the head is cut out of its background, which then need not bend: hair turns as one with the head. */
const APART = { inner: 1.15, outer: 2.2 };
/** Down the neck, in half heights of the face from its middle: from where on it turns less, and from where on not at all. */
const NECK = 0.75, SHOULDERS = 2;
/** Where the head turns about, in half heights below the middle and half widths behind the ellipsoid's widest plane. */
const PIVOT_DOWN = 0.9, PIVOT_BACK = 0.35;
/** Rounds the ellipsoid's rim, where its depth would fall vertically. */
const RIM = 0.04;
/** Towards the picture's border, half widths of the face over which what turns comes to rest. */
const FADE = 0.6;
/** Next to the border everything rests for so many pixels, or this share of a small picture: whoever reads the field on a lattice sees no motion there. */
const REST = 8, REST_SHARE = 1 / 32;

/** Where a photo's head is and how much of every point turns with it. All lengths in the landmarks' pixels. */
export class HeadShape {
  /** Half the face's width and height. */
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** What the head turns about; its depth lies behind the ellipsoid's widest plane. */
  readonly pivotX: number;
  readonly pivotY: number;
  readonly pivotDepth: number;
  /** The face's own "right" in the picture, length 1: (1, 0) where the head is upright. */
  readonly rightX: number;
  readonly rightY: number;
  readonly #x: number;
  readonly #y: number;
  readonly #rest: number;
  readonly #inner: number;
  readonly #outer: number;

  /**
   * @param landmarks x0, y0, x1, y1, …, at least 468 of them
   * @param width of the picture
   * @param height of the picture
   * @param depths one for each landmark, smaller is nearer; without them the face is taken to look into the camera
   * @param apart whether the background stands still behind the head, so that nothing has to bend beside it
   * @throws ReenactError USAGE when the face has no size
   */
  constructor(landmarks: Float64Array, readonly width: number, readonly height: number, depths?: ArrayLike<number>, apart = false) {
    ({ inner: this.#inner, outer: this.#outer } = apart ? APART : TOGETHER);
    const between = (a: number, b: number) =>
      Math.hypot(landmarks[2 * a] - landmarks[2 * b], landmarks[2 * a + 1] - landmarks[2 * b + 1], depths ? depths[a] - depths[b] : 0);
    this.halfWidth = between(LEFT, RIGHT) / 2;
    this.halfHeight = between(FOREHEAD, CHIN) / 2;
    const downX = landmarks[2 * CHIN] - landmarks[2 * FOREHEAD], downY = landmarks[2 * CHIN + 1] - landmarks[2 * FOREHEAD + 1];
    const down = Math.hypot(downX, downY);
    if (!(this.halfWidth > 0 && this.halfHeight > 0 && down > 0)) throw new ReenactError("USAGE", "Expected a face with a width and a height.");
    this.rightX = downY / down;
    this.rightY = -downX / down;
    this.#x = (landmarks[2 * FOREHEAD] + landmarks[2 * CHIN]) / 2;
    this.#y = (landmarks[2 * FOREHEAD + 1] + landmarks[2 * CHIN + 1]) / 2;
    this.pivotX = this.#x - this.rightY * PIVOT_DOWN * this.halfHeight;
    this.pivotY = this.#y + this.rightX * PIVOT_DOWN * this.halfHeight;
    this.pivotDepth = -PIVOT_BACK * this.halfWidth;
    this.#rest = Math.min(REST, REST_SHARE * Math.min(width, height));
  }

  /** How far a point is from the ellipsoid's middle, squared: 1 on its rim. */
  #radius2(x: number, y: number): number {
    const u = this.#across(x, y), v = this.#down(x, y);
    return (u / (WIDE * this.halfWidth)) ** 2 + (v / ((v < 0 ? ABOVE : BELOW) * this.halfHeight)) ** 2;
  }

  #across(x: number, y: number): number {
    return (x - this.#x) * this.rightX + (y - this.#y) * this.rightY;
  }

  #down(x: number, y: number): number {
    return (y - this.#y) * this.rightX - (x - this.#x) * this.rightY;
  }

  /** The ellipsoid's depth at a point, towards the viewer from its widest plane. */
  depthAt(x: number, y: number): number {
    const t = 1 - this.#radius2(x, y);
    return this.halfWidth * Math.sqrt((t + Math.sqrt(t * t + 4 * RIM * RIM)) / 2);
  }

  /** How much of a point turns with the head: 1 inside, falling to 0 round it, down the neck and before the picture's border. */
  weightAt(x: number, y: number): number {
    const edge = (Math.min(x, y, this.width - x, this.height - y) - this.#rest) / (FADE * this.halfWidth);
    if (edge <= 0) return 0;
    const radius = Math.sqrt(this.#radius2(x, y));
    if (radius >= this.#outer) return 0;
    const neck = (this.#down(x, y) / this.halfHeight - NECK) / (SHOULDERS - NECK);
    return (1 - smoothstep((radius - this.#inner) / (this.#outer - this.#inner))) * (1 - smoothstep(neck)) * smoothstep(edge);
  }

  /** The part of the picture in which anything turns: [left, top, right, bottom]. */
  box(): [left: number, top: number, right: number, bottom: number] {
    const outer = this.#outer, side = outer * WIDE * this.halfWidth, above = outer * ABOVE * this.halfHeight, below = Math.min(SHOULDERS, outer * BELOW) * this.halfHeight;
    const corners = [[-side, -above], [side, -above], [-side, below], [side, below]];
    const xs = corners.map(([u, v]) => this.#x + u * this.rightX - v * this.rightY), ys = corners.map(([u, v]) => this.#y + u * this.rightY + v * this.rightX);
    return [Math.max(0, Math.min(...xs)), Math.max(0, Math.min(...ys)), Math.min(this.width, Math.max(...xs)), Math.min(this.height, Math.max(...ys))];
  }
}
