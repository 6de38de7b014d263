// Builds the scripts into dist/, each file named by its content. The portal serves them below /assets/ and finds them
// by manifest.json. Style sheets of our own are not built: they are plain CSS, served by the portal itself.
import { defineConfig } from "vite";

export default defineConfig({
  base: "/assets/",
  logLevel: "warn",
  build: {
    target: "es2022",
    outDir: "dist",
    assetsDir: "",
    manifest: "manifest.json",
    sourcemap: false,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ["src/main.ts", "src/public.ts"] },
  },
});
