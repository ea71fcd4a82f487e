(* The checker as a program in OCaml, and what an exported file is written with. *)
From Coq Require Import Extraction ExtrOcamlBasic ZArith.
From Conslaw Require Import Court.
Extraction "court.ml" check T C run every generators singles sparse_point Z.add Z.mul.
