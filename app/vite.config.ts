import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const gateway = process.env.GATEWAY_URL ?? "http://127.0.0.1:8080";
const proxied = ["/v1", "/ipfs", "/graphql", "/chat/v1"];

/** The page is built into app/dist and served by the gateway; in development Vite proxies to `GATEWAY_URL`. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react()],
  // The workspace root holds another React for a tool that still needs it: the page must load one copy only.
  resolve: { dedupe: ["react", "react-dom"] },
  build: { outDir: "dist", emptyOutDir: true, target: "es2023", sourcemap: false },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: gateway, changeOrigin: true }])),
  },
});
