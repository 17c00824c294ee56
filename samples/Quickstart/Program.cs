using Quickstart;

return QuickstartCommand.Create().Parse(args).Invoke();
