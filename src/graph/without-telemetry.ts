/**
 * Switches the telemetry of ONNX Runtime off: since 1.28 it is compiled in and on, and would queue a device id and the
 * metadata of every model that is opened. The native library reads the environment of the process once, when it is
 * loaded; a worker thread's `process.env` is a copy that it never sees. So whoever loads the library, or starts a thread
 * that does, imports this file before.
 */
process.env["ORT_DISABLE_TELEMETRY"] = "1";
