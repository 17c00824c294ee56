// Compiled by MSBuild (RoslynCodeTaskFactory) while SuperMoe.ML builds; not a part of the assembly.
using dnlib.DotNet;
using Microsoft.Build.Utilities;

public class WidenAssembly : Task
{
    public string Source { get; set; }

    public string Target { get; set; }

    public override bool Execute()
    {
        using (var module = ModuleDefMD.Load(Source))
        {
            foreach (var type in module.GetTypes())
            {
                // Compiler-generated types stay hidden: their names are no C#.
                if (type.Name.String.IndexOf('<') >= 0) { continue; }
                type.Visibility = type.IsNested ? TypeAttributes.NestedPublic : TypeAttributes.Public;
                foreach (var method in type.Methods)
                {
                    // Explicit interface implementations must stay private; overrides keep what they override.
                    if (!method.HasOverrides) { method.Access = MethodAttributes.Public; }
                }
                foreach (var field in type.Fields)
                {
                    // The hidden fields behind field-like events would make the event's name ambiguous.
                    if (type.FindEvent(field.Name) == null) { field.Access = FieldAttributes.Public; }
                }
            }
            module.Write(Target);
        }
        return true;
    }
}
