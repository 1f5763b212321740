# compare_area_survey.awk OURS.csv THEIRS.tsv: numbers of `canvass analyse --format csv` beside those of area_survey.R. Prints the largest
# relative distances and R's seconds by part; exit code 1 where a number differs by more than 1e-6 of itself, or none was compared.
# A p may differ by 1e-5: R takes the degrees of freedom of the whole design, Canvass of the people who count, a thousand of 60,000 fewer.
BEGIN { FS = ","; limit = 1e-6; own_limit["its p"] = 1e-5 }
FNR == NR {
  if (FNR == 1) {
    for (i = 1; i <= NF; ++i) {
      column[$i] = i
    }
    next
  }
  gsub(/"[^"]*"/, "text") # whose commas part nothing
  value[$column["id"]] = $column["estimate"]
  error[$column["id"]] = $column["std_error"]
  statistic[$column["id"]] = $column["statistic"]
  p[$column["id"]] = $column["p_value"]
  next
}
function compare(ours, theirs, what,   distance, size) {
  size = theirs < 0 ? -theirs : theirs
  distance = ours - theirs < 0 ? theirs - ours : ours - theirs
  distance = size > 0 ? distance / size : distance
  if (distance > worst[what]) {
    worst[what] = distance
    at[what] = name
  }
  ++compared[what]
}
{
  split($0, part, "\t")
  name = part[1]
  kind = name ~ /\/area\// ? "areas" : name ~ /^areas/ ? "overall" : name ~ /^tests/ ? "tests" : name ~ /^drivers/ ? "model" : "weights"
  seconds[kind] += part[2]
  if (kind == "weights") {
    next
  }
  if (!(name in value)) {
    print "not in Canvass: " name
    failed = 1
    next
  }
  if (kind == "tests") {
    compare(statistic[name], part[3], "Rao-Scott F")
    compare(p[name], part[4], "its p")
  } else {
    compare(value[name], part[3], kind " estimate")
    compare(error[name], part[4], kind " error")
  }
}
END {
  for (what in compared) {
    most = what in own_limit ? own_limit[what] : limit
    printf "| %-40s | %6d | %10.2g | %s |\n", what, compared[what], worst[what], (worst[what] > most ? "DIFFERS at " at[what] : "same")
    failed = failed || (worst[what] > most)
    ++kinds
  }
  for (kind in seconds) {
    printf "seconds\t%s\t%.3f\n", kind, seconds[kind]
  }
  exit failed || kinds == 0
}
