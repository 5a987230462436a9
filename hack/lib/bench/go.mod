module syncctl.dev/bench

go 1.19
