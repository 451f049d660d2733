import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: process.env.SHARED ? ["fakemanila/global-setup"] : [] },
});
