/** A recording's pictures: of one size, whatever size the pictures that are shown have meanwhile; a player copes with nothing else. */
export class RecordingCanvas {
  readonly canvas: HTMLCanvasElement;
  readonly #source: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #running = true;

  constructor(source: HTMLCanvasElement) {
    this.#source = source;
    this.canvas = document.createElement("canvas");
    // Encoders halve the colours: even sides.
    Object.assign(this.canvas, { width: source.width & ~1, height: source.height & ~1 });
    this.#context = this.canvas.getContext("2d", { alpha: false })!;
    const draw = () => {
      if (!this.#running) return;
      this.#draw();
      requestAnimationFrame(draw);
    };
    draw();
  }

  stop(): void {
    this.#running = false;
  }

  /** The picture as large as it fits, on black. */
  #draw(): void {
    const { width, height } = this.canvas, source = this.#source;
    const scale = Math.min(width / source.width, height / source.height), [w, h] = [source.width * scale, source.height * scale];
    if (w < width - 1 || h < height - 1) {
      this.#context.fillStyle = "#000";
      this.#context.fillRect(0, 0, width, height);
    }
    this.#context.drawImage(source, (width - w) / 2, (height - h) / 2, w, h);
  }
}
