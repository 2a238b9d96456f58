using System.Reflection;
using System.Runtime.Loader;
using PoshAcmeSharp.PowerShell.Infrastructure;
using Xunit;

namespace PoshAcmeSharp.Tests.Infrastructure;

public sealed class ModuleAssemblyTests
{
    private static readonly Assembly Module = typeof(ModuleInitializer).Assembly;

    [Fact]
    public void Its_public_types_load_before_the_library_can_be_found()
    {
        // PowerShell asks for them before it lets the module register where its library lies.
        var context = new WithoutLibrary();
        try
        {
            var types = context.LoadFromAssemblyPath(Module.Location).ExportedTypes.Select(t => t.FullName);

            Assert.Contains(typeof(ModuleInitializer).FullName, types);
        }
        finally
        {
            context.Unload();
        }
    }

    [Fact]
    public void It_refers_to_nothing_that_other_modules_may_bring_in_another_version()
        => Assert.All(
            Module.GetReferencedAssemblies().Select(a => a.Name!),
            n => Assert.True(n is "netstandard" or "System.Management.Automation" || n.StartsWith("PoshAcmeSharp.", StringComparison.Ordinal), n));

    private sealed class WithoutLibrary() : AssemblyLoadContext(isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
            => assemblyName.Name!.StartsWith("PoshAcmeSharp.", StringComparison.Ordinal)
                ? throw new FileNotFoundException(assemblyName.Name)
                : null;
    }
}
