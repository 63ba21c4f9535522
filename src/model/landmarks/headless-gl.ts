import type { Pixels } from "../../frame.js";

const GL_VENDOR = 0x1f00;
const GL_RENDERER = 0x1f01;
const GL_VERSION = 0x1f02;
const GL_RGBA = 0x1908;
const GL_UNSIGNED_BYTE = 0x1401;
const GL_FRAMEBUFFER_COMPLETE = 0x8cd5;

/** A texture: it merely refers to the picture that was uploaded last, RGB or RGBA. */
class HeadlessTexture {
  pixels?: Pixels;
}

class HeadlessFramebuffer {
  texture: HeadlessTexture | null = null;
}

/**
 * As much of WebGL 2 as MediaPipe's CPU graph calls: a frame is "uploaded" into a texture and read back into the wasm heap, which is
 * the graph's only way to take a frame in. Nothing is ever drawn and no shader is compiled. A "texture" is a reference to the packed
 * RGB or RGBA picture; RGB becomes RGBA when it is read back, so a frame is copied once. Browsers gain by it too: reading back from a real
 * texture waits for the GPU, or for what stands in for it.
 *
 * Emscripten stores properties of its own on the context, so unknown properties must read as undefined: this is a plain class.
 */
class HeadlessContext {
  readonly TEXTURE_2D = 0x0de1;
  readonly RGBA = GL_RGBA;
  readonly UNSIGNED_BYTE = GL_UNSIGNED_BYTE;
  readonly drawingBufferWidth = 1;
  readonly drawingBufferHeight = 1;
  #texture: HeadlessTexture | null = null;
  #framebuffer: HeadlessFramebuffer | null = null;

  constructor(readonly canvas: HeadlessCanvas) {}

  getContextAttributes(): Record<string, boolean> {
    return { alpha: true, antialias: false, depth: false, stencil: false };
  }
  getSupportedExtensions(): string[] {
    return [];
  }
  getExtension(): null {
    return null;
  }
  getError(): number {
    return 0;
  }
  isContextLost(): boolean {
    return false;
  }
  getParameter(name: number): string | number {
    if (name === GL_VERSION) return "WebGL 2.0";
    return name === GL_VENDOR || name === GL_RENDERER ? "headless" : 0;
  }

  createTexture(): HeadlessTexture {
    return new HeadlessTexture();
  }
  bindTexture(_target: number, texture: HeadlessTexture | null): void {
    this.#texture = texture;
  }
  deleteTexture(texture: HeadlessTexture | null): void {
    if (texture) texture.pixels = undefined;
  }
  activeTexture(): void {}
  texParameteri(): void {}
  pixelStorei(): void {}
  texImage2D(_target: number, _level: number, _internal: number, _format: number, _type: number, image: Pixels, ...more: unknown[]): void {
    if (more.length > 0) throw new Error("Expected texImage2D to be called with a picture, as MediaPipe 0.10.35 does");
    if (this.#texture) this.#texture.pixels = image;
  }

  createFramebuffer(): HeadlessFramebuffer {
    return new HeadlessFramebuffer();
  }
  bindFramebuffer(_target: number, framebuffer: HeadlessFramebuffer | null): void {
    this.#framebuffer = framebuffer;
  }
  deleteFramebuffer(): void {}
  checkFramebufferStatus(): number {
    return GL_FRAMEBUFFER_COMPLETE;
  }
  framebufferTexture2D(_target: number, _attachment: number, _kind: number, texture: HeadlessTexture | null): void {
    if (this.#framebuffer) this.#framebuffer.texture = texture;
  }
  readPixels(x: number, y: number, width: number, height: number, format: number, type: number, out: Uint8Array, offset = 0): void {
    const from = this.#framebuffer?.texture?.pixels;
    if (!from || x !== 0 || y !== 0 || width !== from.width || height !== from.height || format !== GL_RGBA || type !== GL_UNSIGNED_BYTE) {
      throw new Error("Expected readPixels to read back a whole RGBA picture, as MediaPipe 0.10.35 does");
    }
    const { data } = from;
    if (data.length === 4 * width * height) return out.set(data, offset);
    for (let i = 0, o = offset; i < data.length; i += 3, o += 4) {
      out[o] = data[i];
      out[o + 1] = data[i + 1];
      out[o + 2] = data[i + 2];
      out[o + 3] = 255;
    }
  }

  fenceSync(): object {
    return {};
  }
  deleteSync(): void {}
  clientWaitSync(): number {
    return 0x911a; // ALREADY_SIGNALED
  }
  flush(): void {}
  finish(): void {}
  viewport(): void {}
}

/** A canvas without a screen whose only context is the in-memory WebGL 2 of this file. */
export class HeadlessCanvas {
  width = 1;
  height = 1;
  #context?: HeadlessContext;

  /** The context for "webgl2"; null for every other kind. */
  getContext(kind: string): HeadlessContext | null {
    return kind === "webgl2" ? (this.#context ??= new HeadlessContext(this)) : null;
  }
  addEventListener(): void {}
  removeEventListener(): void {}
}

/** What WebGL is called globally: MediaPipe asks for it by `typeof` and `instanceof`. */
export const HEADLESS_WEBGL = { WebGLTexture: HeadlessTexture, WebGL2RenderingContext: HeadlessContext } as const;

/** The names under which a browser would offer what MediaPipe takes from there, WebGL among it. */
export const HEADLESS_GL_GLOBALS = {
  ...HEADLESS_WEBGL,
  OffscreenCanvas: HeadlessCanvas,
  /** Only WebGL 1 contexts are of this class: there is none. */
  WebGLRenderingContext: class WebGLRenderingContext {},
  /** MediaPipe's image class tells its contents apart by it; nothing here makes one. */
  ImageData: class ImageData {},
} as const;
