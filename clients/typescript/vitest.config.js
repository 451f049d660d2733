import { defineConfig } from "vitest/config";

// The README's examples for vitest; all other tests are for node:test.
export default defineConfig({ test: { include: [".build/readme/*.vitest.ts"] } });
