import type { NodeGrid } from "../compositing/node-grid.js";
import { smoothstep } from "../geometry/kernels.js";

/**
 * How much of its motion a node keeps: all of it inside the picture, none on the border, whose pixels stand still.
 *
 * @param fall pixels over which motion comes to rest
 * @returns [rows, columns] 0…1
 */
export function borderWindow(grid: NodeGrid, picture: { readonly width: number; readonly height: number }, fall: number): Float32Array {
  const { left, top, step, columns, rows } = grid, window = new Float32Array(columns * rows);
  for (let j = 0, n = 0; j < rows; j++) {
    const y = top + j * step, toEdge = Math.min(y, picture.height - 1 - y);
    for (let i = 0; i < columns; i++, n++) {
      const x = left + i * step;
      // Between two nodes the border may lie: both of them rest.
      window[n] = smoothstep((Math.min(toEdge, x, picture.width - 1 - x) - (step - 1)) / fall);
    }
  }
  return window;
}
