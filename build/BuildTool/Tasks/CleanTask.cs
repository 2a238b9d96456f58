namespace PoshAcmeSharp.Build.Tasks;

/// <summary>Removes what was built, but for this tool, which is running.</summary>
internal static class CleanTask
{
    /// <summary>Runs the task.</summary>
    /// <param name="context">What to clean.</param>
    /// <returns>The exit code.</returns>
    public static int Run(BuildContext context)
    {
        foreach (var folder in Directory.EnumerateDirectories(context.Artifacts).SelectMany(Parts).ToList())
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static IEnumerable<string> Parts(string folder)
        => Path.GetFileName(folder) is "bin" or "obj"
            ? Directory.EnumerateDirectories(folder).Where(f => Path.GetFileName(f) != "BuildTool")
            : [folder];
}
