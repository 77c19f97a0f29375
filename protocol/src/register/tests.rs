//! Examples and abuse of the register.
