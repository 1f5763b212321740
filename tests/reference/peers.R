# Reference numbers of places among peers and of rolling windows: tests/analysis/published_test.cpp, peers_test.cpp, london_test.cpp.
# R 4.2. The London part reads ../shared/data/mopac-pas/PAS_boroughs_raw.csv; nothing of it is copied here but single numbers.

z <- qnorm(.975)

# Places from pairwise differences, Holm over all pairs; `up`: more is better.
places <- function(value, se, up = TRUE, named = NULL) {
  m <- length(value); pair <- combn(m, 2)
  if (!is.null(named)) pair <- pair[, pair[1, ] == named | pair[2, ] == named]
  d <- value[pair[2, ]] - value[pair[1, ]]
  p <- p.adjust(2 * pnorm(-abs(d) / sqrt(se[pair[1, ]]^2 + se[pair[2, ]]^2)), "holm")
  better <- worse <- integer(m)
  for (k in seq_along(p)) if (!is.na(p[k]) && p[k] <= .05) {
    win <- if ((d[k] > 0) == up) pair[2, k] else pair[1, k]
    lose <- setdiff(pair[, k], win)
    better[lose] <- better[lose] + 1; worse[win] <- worse[win] + 1
  }
  data.frame(value, low = 1 + better, high = m - worse)
}

# E1: gaps with half-widths; half a printed unit of .1 left out is .1^2 / 12
gap <- c(5.2, 5.6, 4.5, 5.5); half <- c(1.9, 3.8, 1.9, 2.7)
print(places(gap, sqrt((half / z)^2 + .01 / 12), up = FALSE))   # 1 to 4, every one
# E2
v <- (2 / z)^2 + 1 / 12 + (1 / z)^2 + 1 / 12
print(c(difference = 1, se = sqrt(v), p = 2 * pnorm(-1 / sqrt(v)), effective_n = 49 * 51 / (2 / z)^2), digits = 10)
# E3
print(c(100 * 32, 4 * 100 * 32, 4 * 100, 100 * z * sqrt(.25 / 400)), digits = 10)
# Eight forces, one without n (examples/annual-survey/peers.csv, 2026), design effect 1.3
value <- c(66.1, 63.4, 58.2, 57.9, 55.0, 54.8, 51.3, 47.2); n <- c(1020, 990, 1050, 1010, 980, NA, 1000, 1030)
se <- sqrt(value * (100 - value) * 1.3 / n + .01 / 12)
print(places(value, se)); print(places(value, se, named = 3)[3, ])
d <- value[-3] - 58.2; s <- sqrt(se[-3]^2 + se[3]^2)
print(cbind(d, s, p = 2 * pnorm(-abs(d) / s), holm = p.adjust(2 * pnorm(-abs(d) / s), "holm")), digits = 8)
# Rolling windows of four quarters, n 400, whole percentages: 46 less 48 a quarter later, and a year later
p1 <- 48; p2 <- 46
for (k in 1:4) {
  v <- k / 4 * (p1 * (100 - p1) + p2 * (100 - p2)) / 400 + 2 / 12
  print(c(new = k, se = sqrt(v), p = 2 * pnorm(-abs(p2 - p1) / sqrt(v))), digits = 10)
}

# London
file <- "../shared/data/mopac-pas/PAS_boroughs_raw.csv"
if (file.exists(file)) {
  all <- read.csv2(file, encoding = "UTF-8")
  all <- all[all$Measure == "\"Good Job\" local", ]
  all$Borough <- sub("Upon", "upon", all$Borough)
  all$value <- round(100 * as.numeric(sub(",", ".", all$Proportion)))
  at <- function(date) { one <- all[all$Date == date, ]; one <- one[order(-one$value), ]; rownames(one) <- NULL; one }
  last <- at("31/12/2023")
  se <- sqrt(last$value * (100 - last$value) / 400 + 1 / 12)
  found <- cbind(Borough = last$Borough, places(last$value, se))
  print(found); print(mean(found$high - found$low + 1))
  m <- 32; mean_se <- sqrt(se^2 * (1 - 2 / m) + sum(se^2) / m^2); d <- last$value - mean(last$value)
  q <- p.adjust(2 * pnorm(-abs(d) / mean_se), "BH")
  print(data.frame(last$Borough, d, mean_se, q)[q <= .1, ], digits = 8)
  first <- at("31/12/2014")
  se1 <- sqrt(first$value * (100 - first$value) / 400 + 1 / 12)
  print(cbind(first$Borough, places(first$value, se1))[c(1, 2, 16, 31, 32), ])
  # Croydon, a quarter and a year apart
  croydon <- function(date) all$value[all$Date == date & all$Borough == "Croydon"]
  for (one in list(c("30/09/2023", 1), c("31/12/2022", 4), c("31/12/2014", 4))) {
    a <- croydon(one[1]); b <- croydon("31/12/2023"); k <- as.numeric(one[2])
    v <- k / 4 * (a * (100 - a) + b * (100 - b)) / 400 + 2 / 12
    print(c(a = a, b = b, se = sqrt(v), p = 2 * pnorm(-abs(b - a) / sqrt(v))), digits = 10)
  }
  # All London, 12,800 answers: 47 in December 2023
  total <- read.csv2("../shared/data/mopac-pas/PAS_total_raw.csv", encoding = "UTF-8")
  total <- total[total$Measure == "\"Good Job\" local", ]
  tv <- function(date) round(100 * as.numeric(sub(",", ".", total$Proportion[total$Date == date])))
  for (one in list(c("30/09/2023", 1), c("30/06/2023", 2), c("31/12/2022", 4), c("31/12/2014", 4))) {
    a <- tv(one[1]); b <- tv("31/12/2023"); k <- as.numeric(one[2])
    v <- k / 4 * (a * (100 - a) + b * (100 - b)) / 12800 + 2 / 12
    print(c(a = a, b = b, se = sqrt(v), p = 2 * pnorm(-abs(b - a) / sqrt(v))), digits = 10)
  }
}
