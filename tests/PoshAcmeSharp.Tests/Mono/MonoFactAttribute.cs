using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Mono;

/// <summary>
/// A test that needs Mono with the class libraries that this project's dependencies use, and Pebble; where something is
/// missing it is reported as skipped, with the reason.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MonoFactAttribute : FactAttribute
{
    private static readonly string[] ClassLibraries = ["System.Data", "System.Net.Http", "System.Runtime.Serialization"];

    public MonoFactAttribute()
    {
        Skip = new FactWithAttribute("mono", "pebble", "pebble-challtestsrv").Skip;
        if (Skip is null && Missing() is { Count: > 0 } missing)
        {
            Skip = $"Mono lacks {string.Join(", ", missing)} (Debian: {string.Join(", ", missing.Select(DebianPackage))}).";
        }
    }

    private static List<string> Missing()
    {
        // <prefix>/bin/mono has its global assembly cache in <prefix>/lib/mono/gac.
        var program = new FileInfo(ExternalProgram.Find("mono")!);
        var path = program.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? program.FullName;
        var cache = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "lib", "mono", "gac"));
        return [.. ClassLibraries.Where(library => !Directory.Exists(Path.Combine(cache, library)))];
    }

    private static string DebianPackage(string library) => $"libmono-{library.ToLowerInvariant().Replace('.', '-')}4.0-cil";
}
