(* The third court: reads the model, the statement and the evidence of an exported file, and has the checker that was
   extracted from the library decide. It ends with 0: accepted; 1: rejected; 2: the file cannot be read. *)

open Court

exception Unreadable of string

(* ---------------------------------------------------------------- words and terms *)

let fail what = raise (Unreadable what)

let is_name c = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c = '_'
let is_digit c = c >= '0' && c <= '9'

(* Names, numbers, and signs of one character; comments are left out, and so is the scope of a number. *)
let tokens text =
  let n = String.length text in
  let rec stretch ok i = if i < n && ok text.[i] then stretch ok (i + 1) else i in
  let rec comment i = if i + 1 >= n then fail "a comment does not end"
    else if text.[i] = '*' && text.[i + 1] = ')' then i + 2 else comment (i + 1) in
  let rec from i found =
    if i >= n then List.rev found
    else match text.[i] with
      | ' ' | '\n' -> from (i + 1) found
      | '(' when i + 1 < n && text.[i + 1] = '*' -> from (comment (i + 2)) found
      | '%' -> from (stretch is_name (i + 1)) found
      | c ->
        let ok = if is_digit c then is_digit else is_name in
        let j = if ok c then stretch (fun c -> ok c || (is_name text.[i] && is_digit c)) i else i + 1 in
        from j (String.sub text i (j - i) :: found) in
  from 0 []

type term =
  | Number of string * string (* above, below *)
  | Apply of string * term list
  | Row of term list
  | Joined of term list
  | Pair of term * term

let expected what = function
  | t :: rest when t = what -> rest
  | t :: _ -> fail (Printf.sprintf "%s stands where %s should" t what)
  | [] -> fail (Printf.sprintf "the file ends where %s should stand" what)

let rec term words =
  let first, rest = applied words in
  let rec more found = function
    | "+" :: "+" :: rest -> let next, rest = applied rest in more (next :: found) rest
    | rest -> (match found with [ only ] -> only | _ -> Joined (List.rev found)), rest in
  more [ first ] rest

and applied = function
  | name :: rest when is_name name.[0] ->
    let rec arguments found words =
      match words with
      | t :: _ when t = "(" || t = "[" || is_digit t.[0] -> let a, rest = atom words in arguments (a :: found) rest
      | t :: rest when is_name t.[0] -> arguments (Apply (t, []) :: found) rest
      | _ -> Apply (name, List.rev found), words in
    arguments [] rest
  | words -> atom words

and atom = function
  | "[" :: "]" :: rest -> Row [], rest
  | "[" :: words ->
    let rec entries found words =
      match term words with
      | t, ";" :: rest -> entries (t :: found) rest
      | t, rest -> Row (List.rev (t :: found)), expected "]" rest in
    entries [] words
  | "(" :: "-" :: above :: rest -> quotient ("-" ^ above) rest
  | "(" :: above :: ("#" :: _ as rest) -> quotient above rest
  | "(" :: words ->
    (match term words with
     | a, "," :: rest -> let b, rest = term rest in Pair (a, b), expected ")" rest
     | a, rest -> a, expected ")" rest)
  | t :: rest when is_digit t.[0] -> Number (t, "1"), rest
  | t :: _ -> fail (Printf.sprintf "%s stands where a term should" t)
  | [] -> fail "the file ends where a term should stand"

and quotient above = function
  | "#" :: below :: rest -> Number (above, below), expected ")" rest
  | rest -> Number (above, "1"), expected ")" rest

let rec definition name = function
  | "Definition" :: n :: ":" :: _ :: ":" :: "=" :: rest when n = name ->
    let found, rest = term rest in
    ignore (expected "." rest);
    found
  | _ :: rest -> definition name rest
  | [] -> fail (Printf.sprintf "there is no definition of %s" name)

(* ---------------------------------------------------------------- from terms to the checker's data *)

let rec small k = if k = 1 then XH else if k land 1 = 1 then XI (small (k / 2)) else XO (small (k / 2))
let digit c = match Char.code c - Char.code '0' with 0 -> Z0 | k -> Zpos (small k)
let wrong what = fail (Printf.sprintf "something stands where %s should" what)

let whole text =
  let ten = Zpos (small 10) in
  let add z c = if is_digit c then Z.add (Z.mul z ten) (digit c) else fail (text ^ " is not a number") in
  if text.[0] = '-' then Z.mul (Zneg XH) (String.fold_left add Z0 (String.sub text 1 (String.length text - 1)))
  else String.fold_left add Z0 text

let z = function Number (a, "1") -> whole a | _ -> wrong "an integer"
let positive t = match z t with Zpos p -> p | _ -> wrong "a positive integer"
let n t = match z t with Z0 -> N0 | Zpos p -> Npos p | Zneg _ -> wrong "a number from 0 on"
let rec peano k = if k = 0 then O else S (peano (k - 1))
let count = function Number (a, "1") when String.length a < 7 && a.[0] <> '-' -> int_of_string a | _ -> wrong "a number"
let nat t = peano (count t)
let q = function
  | Number (a, b) -> (match whole b with Zpos d -> { qnum = whole a; qden = d } | _ -> wrong "a denominator")
  | _ -> wrong "a fraction"
let truth = function Apply ("true", []) -> true | Apply ("false", []) -> false | _ -> wrong "true or false"

(* A list, in which something else may stand for a part of it. *)
let rec row ?(others = fun _ -> wrong "a list") entry = function
  | Row entries -> List.map entry entries
  | Joined parts -> List.concat_map (row ~others entry) parts
  | other -> others other

let numbers = function Apply ("every", [ first; step; k ]) -> every (n first) (n step) (nat k) | _ -> wrong "numbers"
let poly =
  row (function Apply ("T", [ c; m ]) -> t (q c) (row positive m) | _ -> wrong "a term")
    ~others:(function
      | Apply ("run", [ c; m; step; k ]) -> run (q c) (row positive m) (positive step) (nat k)
      | _ -> wrong "a polynomial")
let point =
  row q ~others:(function
    | Apply ("repeat", [ x; k ]) -> List.init (count k) (fun _ -> q x)
    | Apply ("sparse_point", [ d; entries ]) ->
      sparse_point (nat d) (row (function Apply ("At", [ k; v ]) -> n k, z v | _ -> wrong "a coordinate") entries)
    | _ -> wrong "a point")
let letters =
  row (row (function Apply ("C", [ g; k ]) -> c (n g) (z k) | _ -> wrong "a generator"))
    ~others:(function Apply ("generators", [ a ]) -> generators (numbers a) | _ -> wrong "letters")
let words = row (row n) ~others:(function Apply ("singles", [ a ]) -> singles (numbers a) | _ -> wrong "words")
let polys = row poly

let model = function
  | Apply ("Linear", [ w ]) -> Linear (row nat w)
  | Apply ("Relu", [ w; bias ]) -> Relu (row nat w, truth bias)
  | Apply ("Factorization", [ a; b; c ]) -> Factorization (nat a, nat b, nat c)
  | Apply ("Map", [ d; phi ]) -> Map (nat d, polys phi)
  | Apply ("Fields", [ d; fields ]) -> Fields (nat d, row polys fields)
  | _ -> wrong "a model"

let given = function
  | Apply ("Polynomial", [ h ]) -> Polynomial (poly h)
  | Apply ("Form", [ m; a; js ]) -> Form (poly m, polys a, row nat js)
  | _ -> wrong "a law"

let statement = function
  | Apply ("Conserved", [ h ]) -> Conserved (poly h)
  | Apply ("Not_conserved", [ h ]) -> Not_conserved (poly h)
  | Apply ("Counted", [ d; x; r; a; b; e ]) -> Counted (nat d, point x, nat r, nat a, nat b, truth e)
  | Apply ("Framed", [ d; x; r; a; b; e ]) -> Framed (nat d, point x, nat r, nat a, nat b, truth e)
  | Apply ("Listed", [ d; x; r; laws; e ]) -> Listed (nat d, point x, nat r, row given laws, truth e)
  | _ -> wrong "a statement"

let field = function Pair (v, r) -> polys v, poly r | _ -> wrong "a field with its value"

let rule = function
  | Apply ("Units", [ k ]) -> Units (nat k)
  | Apply ("Left", [ c; k ]) -> Left (nat c, nat k)
  | Apply ("Right", [ c; k ]) -> Right (nat c, nat k)
  | _ -> wrong "a rule for words"

let evidence = function
  | Apply ("By_identity", []) -> By_identity
  | Apply ("By_value", [ g; x; v ]) -> By_value (nat g, point x, q v)
  | Apply ("By_laws", [ p; f; w; hs ]) -> By_laws (z p, letters f, words w, polys hs)
  | Apply ("By_frame", [ p; f; w; m; gs; bs ]) ->
    By_frame (z p, letters f, words w, poly m, row polys gs, row (row polys) bs)
  | Apply ("By_list", [ p; f; w; fields ]) -> By_list (z p, letters f, words w, row (row field) fields)
  | Apply ("By_structure", [ p; rules ]) -> By_structure (z p, row rule rules)
  | _ -> wrong "evidence"

let () =
  let judge path =
    try
      let channel = open_in_bin path in
      let all = tokens (really_input_string channel (in_channel_length channel)) in
      let m = model (definition "the_model" all) in
      let s = statement (definition "the_statement" all) in
      let accepted = check m s (evidence (definition "the_evidence" all)) in
      print_endline (if accepted then "accepted" else "rejected");
      if accepted then 0 else 1
    with Unreadable what | Sys_error what -> prerr_endline what; 2 in
  exit (List.fold_left (fun worst path -> max worst (judge path)) 0 (List.tl (Array.to_list Sys.argv)))
