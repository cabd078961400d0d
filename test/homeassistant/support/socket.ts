type Reply = { readonly id?: number; readonly type: string; readonly success?: boolean } & Readonly<
  Record<string, unknown>
>;

/** Home Assistant's WebSocket API: what its REST API does not have, the registries above all. */
export class Socket {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.type === 'result') this.#waiting.get(reply.id ?? 0)?.(reply);
    });
  }

  /** @param url of the web page, `http://…` */
  static async open(url: string, token: string): Promise<Socket> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/websocket`);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('error', () => reject(new Error(`no WebSocket at ${url}`)));
      socket.addEventListener('message', ({ data }) => {
        const { type } = JSON.parse(String(data)) as Reply;
        if (type === 'auth_required') {
          socket.send(JSON.stringify({ type: 'auth', access_token: token }));
        }
        if (type === 'auth_ok') resolve();
        if (type === 'auth_invalid') reject(new Error('Home Assistant refuses the token'));
      });
    });
    return new Socket(socket);
  }

  /** The result of one command; rejects where Home Assistant refuses it. */
  async call(type: string, fields: object = {}): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.#waiting.set(id, resolve);
      this.#socket.addEventListener('close', () => reject(new Error(`closed during ${type}`)));
      this.#socket.send(JSON.stringify({ id, type, ...fields }));
    });
    this.#waiting.delete(id);
    if (reply.success !== true) throw new Error(`${type}: ${JSON.stringify(reply.error)}`);
    return reply.result;
  }

  close(): void {
    this.#socket.close();
  }
}
