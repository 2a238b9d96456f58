namespace PoshAcmeSharp;

/// <summary>The kinds of systems that differ for this library.</summary>
internal enum SystemKind
{
    /// <summary>Windows.</summary>
    Windows,

    /// <summary>macOS.</summary>
    Mac,

    /// <summary>Linux and the like.</summary>
    Linux,
}

/// <summary>On which kind of system this runs.</summary>
internal static class SystemKinds
{
    /// <summary>
    /// RuntimeInformation is not asked: Mono may lack it. macOS counts as Unix there and in .NET, so a file that each of
    /// its releases has tells it apart.
    /// </summary>
    public static SystemKind Current { get; } =
        Environment.OSVersion.Platform == PlatformID.Win32NT ? SystemKind.Windows
        : File.Exists("/System/Library/CoreServices/SystemVersion.plist") ? SystemKind.Mac
        : SystemKind.Linux;
}
