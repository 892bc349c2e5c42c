/** In place of node:async_hooks: a value while a function runs; not beyond its first wait, which nothing in the page needs. */
export class AsyncLocalStorage<Value> {
  #value: Value | undefined;

  getStore(): Value | undefined {
    return this.#value;
  }

  run<Result>(value: Value, work: () => Result): Result {
    const before = this.#value;
    this.#value = value;
    try {
      return work();
    } finally {
      this.#value = before;
    }
  }
}
