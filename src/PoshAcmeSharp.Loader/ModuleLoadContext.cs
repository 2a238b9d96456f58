using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace PoshAcmeSharp.Loader;

/// <summary>
/// Holds the module's library and what it depends on apart from PowerShell and from other modules: what lies in the
/// module's <c>dependencies</c> folder is taken from there, whatever version of it others have loaded.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    // One context a folder for the life of the process: a type that was loaded once must stay the same type when the
    // module is removed and imported again.
    private static readonly ConcurrentDictionary<string, ModuleLoadContext> Contexts = new(StringComparer.Ordinal);

    private readonly string _folder;

    private ModuleLoadContext(string folder)
        : base("PoshAcmeSharp")
        => _folder = folder;

    /// <summary>Loads an assembly of the module. The module calls it by reflection.</summary>
    /// <param name="folder">The full path of the <c>dependencies</c> folder.</param>
    /// <param name="name">The simple name of the assembly, such as <c>PoshAcmeSharp.Core</c>.</param>
    /// <returns>The assembly, or null when the folder has none of that name.</returns>
    public static Assembly? Load(string folder, string name)
        => Contexts.GetOrAdd(folder, static f => new ModuleLoadContext(f)).Load(new AssemblyName(name));

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
