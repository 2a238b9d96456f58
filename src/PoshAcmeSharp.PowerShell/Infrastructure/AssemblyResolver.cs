using System.Reflection;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// Finds the module's own assemblies in <c>dependencies/</c> beside it, for the module alone. On PowerShell 7 they go
/// into a load context of their own; Windows PowerShell has none, there the full name and the asking assembly decide.
/// </summary>
internal static class AssemblyResolver
{
    private const string OwnPrefix = "PoshAcmeSharp.";
    private const string LoaderName = "PoshAcmeSharp.Loader";

    private static readonly object Gate = new();
    private static readonly string Folder =
        Path.Combine(Path.GetDirectoryName(typeof(AssemblyResolver).Assembly.Location)!, "dependencies");

    // Every runspace imports and removes the module for itself, but the resolver belongs to the process.
    private static int s_imports;

    private static bool HasLoadContexts { get; } =
        string.Equals(typeof(object).Assembly.GetName().Name, "System.Private.CoreLib", StringComparison.Ordinal);

    public static void Register()
    {
        lock (Gate)
        {
            if (s_imports++ == 0)
            {
                AppDomain.CurrentDomain.AssemblyResolve += Resolve;
            }
        }
    }

    public static void Unregister()
    {
        lock (Gate)
        {
            if (s_imports > 0 && --s_imports == 0)
            {
                AppDomain.CurrentDomain.AssemblyResolve -= Resolve;
            }
        }
    }

    private static Assembly? Resolve(object? sender, ResolveEventArgs args)
    {
        var wanted = new AssemblyName(args.Name);
        if (wanted.Name is not { } name || !IsForUs(name, args.RequestingAssembly))
        {
            return null;
        }

        var path = Path.Combine(Folder, name + ".dll");
        if (!File.Exists(path))
        {
            return null;
        }

        if (HasLoadContexts)
        {
            return LoadInContext(name);
        }

        return wanted.Version is null || wanted.Version == AssemblyName.GetAssemblyName(path).Version
            ? Assembly.LoadFrom(path)
            : null;
    }

    private static bool IsForUs(string name, Assembly? asking)
    {
        if (name.StartsWith(OwnPrefix, StringComparison.Ordinal))
        {
            return true;
        }

        // In a load context our dependencies ask their own context, never this handler.
        return !HasLoadContexts
            && asking is { IsDynamic: false }
            && string.Equals(Path.GetDirectoryName(asking.Location), Folder, StringComparison.OrdinalIgnoreCase);
    }

    private static Assembly? LoadInContext(string name)
    {
        var load = Assembly.LoadFrom(Path.Combine(Folder, LoaderName + ".dll"))
            .GetType("PoshAcmeSharp.Loader.ModuleLoadContext", throwOnError: true)!
            .GetMethod("Load", [typeof(string), typeof(string)])!;
        return (Assembly?)load.Invoke(null, [Folder, name]);
    }
}
