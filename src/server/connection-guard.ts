import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { accountKey } from "./addresses.js";

interface Connection {
  readonly socket: Socket;
  readonly account: string;
  /** Whether it has asked for nothing yet, or for nothing more. */
  silent: boolean;
}

/** Which connection a request came by, also where TLS lies between. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}|${remotePort}`;
}

/**
 * Keeps connections that say nothing from locking others out: when there are too many, of one address or of all, the oldest silent one
 * of the address that has most makes room for the newcomer.
 */
export class ConnectionGuard {
  readonly #most: number;
  readonly #mostOfAddress: number;
  /** In the order in which they came. */
  readonly #connections = new Map<string, Connection>();

  /** @param most connections; one address may have half of them */
  constructor(server: Server, most: number) {
    this.#most = most;
    this.#mostOfAddress = Math.ceil(most / 2);
    server.on("connection", (socket: Socket) => this.#add(socket));
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#speaks(request.socket, true);
      response.once("close", () => this.#speaks(request.socket, false));
    });
    server.on("upgrade", (request: IncomingMessage) => this.#speaks(request.socket, true));
  }

  #add(socket: Socket): void {
    const name = nameOf(socket), account = accountKey(socket.remoteAddress);
    this.#connections.set(name, { socket, account, silent: true });
    socket.once("close", () => this.#connections.delete(name));
    if (this.#of(account) > this.#mostOfAddress) this.#makeRoom(account, socket);
    else if (this.#connections.size > this.#most) this.#makeRoom(this.#largest(), socket);
  }

  #speaks(socket: Socket, speaks: boolean): void {
    const connection = this.#connections.get(nameOf(socket));
    if (connection) connection.silent = !speaks;
  }

  #of(account: string): number {
    return [...this.#connections.values()].filter((connection) => connection.account === account).length;
  }

  #largest(): string {
    const counts = new Map<string, number>();
    for (const { account, silent } of this.#connections.values()) if (silent) counts.set(account, (counts.get(account) ?? 0) + 1);
    return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0]; // the newcomer is silent: there is one
  }

  /** Ends the address's oldest silent connection: the newcomer where all others are in use. */
  #makeRoom(account: string, newcomer: Socket): void {
    const oldest = [...this.#connections.values()].find((connection) => connection.silent && connection.account === account);
    (oldest?.socket ?? newcomer).destroy();
  }
}
