using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// What runs at import, which is nothing but registering the assembly resolver, and at removal. No public type of this
/// assembly may derive from, implement, or hold by value a type of the library: PowerShell loads the public types
/// before it calls this.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport() => AssemblyResolver.Register();

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        ModuleState.End(psModuleInfo);
        AssemblyResolver.Unregister();
    }
}
