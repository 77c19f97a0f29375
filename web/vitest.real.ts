// The tests that want daemons at work: see tests/real.fuzz.ts.

import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["**/real.fuzz.ts"] } });
