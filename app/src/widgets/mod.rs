//! Pieces that know nothing of the CRM: each takes plain values, paints by the look's tokens and names itself for
//! people who do not see it.
