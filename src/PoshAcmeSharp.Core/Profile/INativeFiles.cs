namespace PoshAcmeSharp.Profile;

/// <summary>What netstandard2.0 cannot do to files; one implementation for Windows, one for all others.</summary>
internal interface INativeFiles
{
    /// <summary>Creates one folder for the user alone. One that is there is left as it is.</summary>
    void CreateDirectory(string path, bool isRoot);

    /// <summary>Creates an empty file beside another, for the user alone.</summary>
    /// <returns>Its full path.</returns>
    string CreateTemporaryFile(string path);

    /// <summary>Takes an empty file out of what its folder grants: only the user, SYSTEM and Administrators keep rights.</summary>
    void Protect(string file);

    /// <summary>Renames over what is there.</summary>
    void MoveFile(string source, string destination);

    /// <summary>Takes a lock; null when it is held.</summary>
    IDisposable? TryLock(string path, byte[] content);

    /// <summary>The first bytes of a lock file, also while it is held; null when they cannot be read.</summary>
    byte[]? ReadLock(string path, int length);
}
