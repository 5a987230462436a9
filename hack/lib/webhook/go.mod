module syncctl/webhook

go 1.19
