# How areas.csv, population.csv and crime.csv were made up: Rscript make.R, in this folder. Northshire and all its places are invented.
set.seed(20260601)
divisions <- c("Northmoor", "Eastvale", "Southfold", "Westmarch", "Midwater")
stems <- c("Aldrow", "Brinsel", "Carrow", "Dunnel", "Elver", "Farring", "Garsel", "Harrel", "Inkle", "Jarrow", "Kessel", "Larkin", "Mossel",
           "Narrow", "Ottrel", "Pender", "Quennel", "Rossel", "Sarn", "Tarrel", "Ulver", "Varley", "Wendel", "Yarrel", "Zennel", "Ashrow",
           "Birkel", "Corrin", "Dorsel")
endings <- c("moor", "vale", "fold", "march", "water")
areas <- data.frame(code = "NS", label = "Northshire", level = "force", parent = "", aliases = "")
for (d in seq_along(divisions)) {
  code <- paste0("D", d)
  areas <- rbind(areas, data.frame(code = code, label = divisions[d], level = "division", parent = "NS", aliases = ""))
}
for (d in seq_along(divisions)) {
  names <- paste0(stems, endings[d])
  areas <- rbind(areas, data.frame(code = sprintf("A%03d", (d - 1) * 29 + 1:29), label = names, level = "area", parent = paste0("D", d),
                                   aliases = paste0(stems, " ", endings[d])))
}
write.csv(areas, "areas.csv", row.names = FALSE, quote = FALSE)

# People of 16 and over by sex and age band; areas differ in size and in how old their people are.
bands <- 8
old <- c(5.5, 6.5, 14, 16, 18, 16, 13, 11)   # in 100 people
population <- NULL
local <- areas[areas$level == "area", ]
size <- round(exp(rnorm(145, log(6400), 0.35)))
tilt <- rnorm(145, 0, 0.25)
for (i in 1:145) {
  share <- old * exp(tilt[i] * seq(-1, 1, length.out = bands))
  share <- share / sum(share)
  women <- c(.49, .49, .50, .505, .505, .51, .53, .58)
  for (sex in 1:2) {
    part <- if (sex == 1) women else 1 - women
    population <- rbind(population, data.frame(area = local$code[i], sex = sex, age_band = 1:bands, count = round(size[i] * share * part)))
  }
}
write.csv(population, "population.csv", row.names = FALSE, quote = FALSE)

# Recorded crime by area in the year to March 2026, and whether the area has a priority set with its people.
people <- tapply(population$count, population$area, sum)[local$code]
rate <- exp(rnorm(145, log(52), 0.3))        # per 1,000 people
crime <- data.frame(area = local$label, offences = round(people * rate / 1000), priorities = ifelse(1:145 == 88, 0, sample(1:3, 145, TRUE)))
write.csv(crime, "crime.csv", row.names = FALSE, quote = FALSE)
cat(nrow(areas), nrow(population), sum(population$count), sum(crime$offences), sum(crime$priorities > 0), "\n")
