using System.Reflection;
using SuperMoe.ML.TestRunner;
using Xunit.Sdk;

// Runs the tests whose names contain one of the arguments, or all, without an SDK: what `dotnet test` needs of it is not on every machine with a GPU.
using var sink = new ConsoleSink();
using var framework = new XunitTestFramework(sink);
var tests = new AssemblyName("SuperMoe.ML.Tests");
var path = Path.Combine(AppContext.BaseDirectory, $"{tests.Name}.dll");
using var discoverer = framework.GetDiscoverer(Reflector.Wrap(Assembly.LoadFrom(path)));
var found = new FoundTests(args);
discoverer.Find(includeSourceInformation: false, found, new RunOptions());
found.Finished.WaitOne();
using var executor = framework.GetExecutor(tests);
executor.RunTests(found.Tests, sink, new RunOptions());
sink.Finished.WaitOne();
Console.WriteLine($"{sink.Passed} passed, {sink.Failed} failed, {sink.Skipped} skipped");
return sink.Failed == 0 && sink.Passed > 0 ? 0 : 1;
