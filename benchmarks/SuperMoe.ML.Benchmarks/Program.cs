using SuperMoe.ML.Benchmarks.Cli;

return BenchmarkApp.Run(args, Console.Out, Console.Error);
