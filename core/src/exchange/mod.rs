//! Import and export: tables in, records out, and back.
