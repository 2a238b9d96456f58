namespace PoshAcmeSharp.Profile;

/// <summary>Whose files are, and who is at work. Nothing here throws: it serves to explain what has failed.</summary>
internal interface IFileOwners
{
    /// <summary>The user that this process acts as.</summary>
    FileOwner Current { get; }

    /// <summary>The owner of a file or folder; null when it is not there or cannot be told.</summary>
    /// <param name="path">Its full path.</param>
    FileOwner? Find(string path);

    /// <summary>Whether a file can be read by everybody on this machine; false when it cannot be told.</summary>
    /// <param name="path">Its full path.</param>
    bool IsReadableByAll(string path);
}
