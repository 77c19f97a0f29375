// How the two scripts are built: one file each, names without a hash, the same bytes anywhere.

import { defineConfig } from "vite";

const entry = process.env["ENTRY"] === "app" ? "app" : "editor";

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    sourcemap: false,
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: {
      input: entry === "app" ? "app/app.ts" : "app/editor/main.ts",
      output: {
        format: "iife",
        entryFileNames: `${entry}.js`,
        assetFileNames: `${entry}[extname]`,
        comments: { legal: false },
      },
    },
  },
});
