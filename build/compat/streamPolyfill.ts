/** Lets `for await` read a ReadableStream; Chromium has it since 124. */
if (!(Symbol.asyncIterator in ReadableStream.prototype)) {
  Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, {
    configurable: true,
    writable: true,
    async *value(this: ReadableStream<unknown>) {
      const reader = this.getReader();
      let ended = false;
      try {
        for (;;) {
          const { done, value } = await reader.read();
          ended = done;
          if (done) return;
          yield value;
        }
      } finally {
        if (!ended) await reader.cancel();
        reader.releaseLock();
      }
    },
  });
}
