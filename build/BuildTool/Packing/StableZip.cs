using System.IO.Compression;

namespace PoshAcmeSharp.Build.Packing;

/// <summary>Writes zip files that are the same, byte for byte, when their content is.</summary>
internal static class StableZip
{
    private const int PlainFileForAllToRead = (0b1_000_000 << 9 | 0b110_100_100) << 16;

    private static readonly DateTimeOffset AnyTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a zip file.</summary>
    /// <param name="path">Where to; replaced when it is there.</param>
    /// <param name="entries">The names of the entries, with <c>/</c>, and what gives their content.</param>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Func<Stream>>> entries)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, open) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
            entry.LastWriteTime = AnyTime;
            entry.ExternalAttributes = PlainFileForAllToRead;
            using var source = open();
            using var target = entry.Open();
            source.CopyTo(target);
        }
    }

    /// <summary>The entries for the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="prefix">What to put before each name.</param>
    /// <returns>The entries.</returns>
    public static IEnumerable<KeyValuePair<string, Func<Stream>>> Entries(string folder, string prefix = "")
        => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => KeyValuePair.Create<string, Func<Stream>>(
            prefix + Path.GetRelativePath(folder, f).Replace('\\', '/'), () => File.OpenRead(f)));
}
