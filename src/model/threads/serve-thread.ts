import { parentPort } from "node:worker_threads";
import { noteOf, type FromThread, type ToThread } from "./messages.js";

/** What a thread does. */
export interface ThreadService<Request> {
  /** What whoever started the thread is told when it is ready. */
  readonly ready: unknown;
  /** The answer to a request; several may be asked for at once. */
  answer(request: Request): unknown;
  close(): void | Promise<void>;
}

/** The thread's side of a {@link WorkerConnection}: opens the service and answers until it is told to close. */
export async function serveThread<Request>(open: () => Promise<ThreadService<Request>>): Promise<void> {
  if (!parentPort) throw new Error("Expected to run as a worker thread");
  const port = parentPort;
  const send = (message: FromThread) => port.postMessage(message);
  const answer = async (service: ThreadService<Request>, message: ToThread<Request>) => {
    if (message === "close") {
      await service.close();
      port.close(); // nothing keeps the thread alive any more
      return;
    }
    const { id, request } = message;
    try {
      const reply = await service.answer(request);
      if (id !== undefined) send({ id, reply });
    } catch (error) {
      if (id === undefined) throw error;
      send({ id, error: noteOf(error) });
    }
  };
  try {
    const service = await open();
    port.on("message", (message: ToThread<Request>) => void answer(service, message));
    send({ id: 0, reply: service.ready });
  } catch (error) {
    send({ id: 0, error: noteOf(error) });
  }
}
