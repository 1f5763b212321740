# The survey of tests/analysis/public_answers.hpp, year 2026, drawn in several ways, in R's survey package; prints what
# sample_design_test.cpp compares with. Weights, units, chances and replicates follow rules that both sides know.
library(survey)
options(digits = 15)
i <- 0:479
d <- data.frame(i = i)
d$returned <- (i * 7 + i %/% 9 + 2026) %% 11 < 3 + i %% 4
drawn <- (i * 13 + i %/% 7 * 3 + 2026 %% 3 + i %% 4) %% 17
d$confident <- ifelse(drawn == 16, NA, as.numeric(1 + drawn %% 5 >= 4))
d$w <- 2 + i %% 5
d$region <- i %% 2
d$block <- i %/% 24 # the same labels in both regions
d$house <- i %/% 12
d$N1 <- ifelse(d$region == 0, 40, 50)
d$N2 <- 10
d$p <- 0.1 + 0.02 * (i %% 7)
for (k in 1:8) d[[paste0("rep", k)]] <- d$w * ((i * 3 + k * 5) %% 4)
d <- d[d$returned, ]
show <- function(name, design) {
  m <- svymean(~confident, design, na.rm = TRUE)
  cat(name, nrow(d), 100 * coef(m), 100 * SE(m), degf(design), "\n")
}
stages <- svydesign(ids = ~block + house, strata = ~region, fpc = ~N1 + N2, weights = ~w, data = d, nest = TRUE)
show("two stages", stages)
first <- svydesign(ids = ~block, strata = ~region, weights = ~w, data = d, nest = TRUE)
show("first stage", first)
d$w <- 1 / d$p
joint <- outer(d$p, d$p) * 0.97
diag(joint) <- d$p
show("brewer", svydesign(ids = ~1, fpc = ~p, data = d, pps = "brewer"))
show("overton", svydesign(ids = ~1, fpc = ~p, data = d, pps = "overton"))
show("hartley_rao", svydesign(ids = ~1, fpc = ~p, data = d, pps = HR()))
show("given HT", svydesign(ids = ~1, fpc = ~p, data = d, pps = ppsmat(joint)))
show("given YG", svydesign(ids = ~1, fpc = ~p, data = d, pps = ppsmat(joint), variance = "YG"))
d$w <- 2 + d$i %% 5
reps <- as.matrix(d[paste0("rep", 1:8)])
show("bootstrap", svrepdesign(weights = ~w, repweights = reps, type = "bootstrap", combined.weights = TRUE, data = d))
show("jkn", svrepdesign(weights = ~w, repweights = reps, type = "JKn", scale = 1, rscales = rep(c(0.5, 0.75), 4), mse = TRUE,
                        combined.weights = TRUE, data = d))
show("made jkn", as.svrepdesign(first, type = "JKn"))
