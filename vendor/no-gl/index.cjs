// Stands where gpu.js would have its optional dependency `gl` (docs/dependencies.md): gpu.js tries it, and goes on without.
throw new Error("WebGL is left out");
