/** As much of an audio worklet's global scope as is used here: TypeScript's library does not know it. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare const currentFrame: number;

/** What the worklet hands over: samples, and the number of the first of them since its context began. */
export interface SoundPiece {
  readonly frame: number;
  readonly samples: Int16Array<ArrayBuffer>;
}

/** Samples of a piece: 20 ms at 48,000 a second. */
const PIECE = 960;

/** Collects what comes in, 128 samples at a time, into pieces of 16 bits. */
class SoundCollector extends AudioWorkletProcessor {
  #samples = new Int16Array(PIECE);
  #count = 0;

  process([[input]]: (Float32Array | undefined)[][]): boolean {
    if (!input) return true; // nothing is connected yet
    for (let i = 0; i < input.length; i++) {
      this.#samples[this.#count++] = Math.max(-32768, Math.min(32767, Math.round(32767 * input[i])));
      if (this.#count < PIECE) continue;
      const piece: SoundPiece = { frame: currentFrame + i + 1 - PIECE, samples: this.#samples };
      this.port.postMessage(piece, [piece.samples.buffer]);
      this.#samples = new Int16Array(PIECE);
      this.#count = 0;
    }
    return true;
  }
}

registerProcessor("sound-collector", SoundCollector);
