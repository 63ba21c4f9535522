import { byId } from "./elements.js";

/** Where the camera's picture may be: not over the mark, which is at the bottom left. */
const CORNERS = ["bottom-right", "top-right", "top-left"] as const;
type Corner = (typeof CORNERS)[number];

/** A pointer that moves by less than this has not dragged, pixels. */
const STILL = 4;

/** Where an arrow key takes it. */
const ARROWS: Readonly<Record<string, (from: Corner) => Corner>> = {
  ArrowUp: (from) => (from === "top-left" ? from : "top-right"),
  ArrowDown: () => "bottom-right",
  ArrowLeft: () => "top-left",
  ArrowRight: (from) => (from === "top-left" ? "top-right" : from),
};

/** The corner whose middle is nearest, of a box inside another. */
function nearestCorner(box: DOMRect, stage: DOMRect): Corner {
  const right = box.x + box.width / 2 > stage.x + stage.width / 2, bottom = box.y + box.height / 2 > stage.y + stage.height / 2;
  return bottom ? "bottom-right" : right ? "top-right" : "top-left";
}

/** Lets the camera's picture be moved to another corner, by dragging or with the arrow keys. @param corner where it is; what is no corner counts as the usual one */
export function bindInset(corner: string | undefined, onCorner: (corner: string) => void): void {
  const inset = byId("inset"), place = (where: Corner) => { inset.dataset.corner = where; };
  const move = (where: Corner) => {
    place(where);
    onCorner(where);
  };
  place(CORNERS.find((known) => known === corner) ?? CORNERS[0]);
  inset.addEventListener("keydown", (event) => {
    const to = ARROWS[event.key]?.(inset.dataset.corner as Corner);
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  let grip: { readonly x: number; readonly y: number } | undefined;
  inset.addEventListener("pointerdown", ({ pointerId, clientX, clientY }) => {
    grip = { x: clientX, y: clientY };
    inset.setPointerCapture(pointerId);
  });
  inset.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (grip) inset.style.translate = `${clientX - grip.x}px ${clientY - grip.y}px`;
  });
  const release = ({ clientX, clientY }: PointerEvent) => {
    if (grip && Math.hypot(clientX - grip.x, clientY - grip.y) > STILL) move(nearestCorner(inset.getBoundingClientRect(), byId("stage").getBoundingClientRect()));
    grip = undefined;
    inset.style.translate = "";
  };
  inset.addEventListener("pointerup", release);
  inset.addEventListener("pointercancel", () => {
    grip = undefined;
    inset.style.translate = "";
  });
}
