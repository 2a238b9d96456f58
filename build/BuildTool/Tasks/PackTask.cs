using System.Diagnostics;
using PoshAcmeSharp.Build.Packing;

namespace PoshAcmeSharp.Build.Tasks;

/// <summary>Makes what is published: a zip to unpack into a module folder, and the package that a gallery takes.</summary>
internal static class PackTask
{
    /// <summary>Runs the task. With another BouncyCastle than the usual one, all tests run against it first.</summary>
    /// <param name="context">What to pack.</param>
    /// <returns>The exit code.</returns>
    public static int Run(BuildContext context)
    {
        var code = context.HasOtherBouncyCastle ? TestTask.Run(context) : BuildTask.Run(context);
        if (code != 0)
        {
            return code;
        }

        var path = Path.Combine(context.Artifacts, "packages", $"{BuildContext.ModuleName}.{context.Version}");
        StableZip.Write(path + ".zip", StableZip.Entries(context.ModuleFolder, BuildContext.ModuleName + "/"));
        GalleryPackage.Write(context.ModuleFolder, path + ".nupkg");

        foreach (var library in Directory.EnumerateFiles(Path.Combine(context.ModuleFolder, "dependencies"), "BouncyCastle.*.dll"))
        {
            Console.WriteLine($"Packed with {Path.GetFileName(library)} {FileVersionInfo.GetVersionInfo(library).FileVersion}.");
        }

        Console.WriteLine(path + ".zip");
        Console.WriteLine(path + ".nupkg");
        return 0;
    }
}
