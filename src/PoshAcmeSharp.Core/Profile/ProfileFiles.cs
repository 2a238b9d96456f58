using System.Text;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// Files of the profile over <see cref="IFileSystem"/>: writes are atomic, texts are read in any encoding, failures become
/// errors that name the file.
/// </summary>
internal sealed class ProfileFiles(IFileSystem fileSystem, string root, ForeignProfile? foreign = null)
{
    private readonly ForeignProfile _foreign = foreign ?? ForeignProfile.OfThisMachine;

    public IFileSystem System { get; } = fileSystem;

    public byte[]? Read(string path)
    {
        try
        {
            return System.ReadFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ReadFailed(path, $"The file '{path}' could not be read", "Check that this user may read it and that no other program holds it.", e);
        }
    }

    /// <summary>The text of a file by its byte order mark, UTF-8 without one; null when there is no file.</summary>
    public string? ReadText(string path)
    {
        if (Read(path) is not { } bytes)
        {
            return null;
        }

        using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    /// <summary>The first line of a small file, trimmed; null when there is none or it is blank.</summary>
    public string? ReadLine(string path)
    {
        var line = ReadText(path)?.Split('\r', '\n').FirstOrDefault(l => !string.IsNullOrWhiteSpace(l));
        return line?.Trim().Trim('\0');
    }

    /// <summary>The JSON object of a file; null when there is no file.</summary>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>.</exception>
    public JObject? ReadJson(string path)
    {
        if (ReadText(path) is not { } text)
        {
            return null;
        }

        try
        {
            return string.IsNullOrWhiteSpace(text.Trim('\0'))
                ? throw new FormatException("It is empty.")
                : JsonText.ParseObject(text);
        }
        catch (FormatException e)
        {
            throw new PoshAcmeException(
                "CorruptProfileFile",
                ErrorKind.InvalidData,
                $"The file '{path}' is damaged. {e.Message}",
                "Restore it from a backup, or move it away and set up anew what it held. It has not been changed.",
                e);
        }
    }

    public void Write(string path, byte[] content)
        => Change(path, $"The file '{path}' could not be written", () =>
        {
            var temporary = System.CreateTemporaryFile(path, content);
            try
            {
                System.MoveFile(temporary, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                System.DeleteFile(temporary);
                throw;
            }
        });

    public void WriteText(string path, string text) => Write(path, new UTF8Encoding(false).GetBytes(text));

    public void WriteJson(string path, JObject json) => WriteText(path, JsonText.Format(json) + "\n");

    public void Move(string source, string destination)
        => Change(destination, $"The file '{destination}' could not be replaced", () => System.MoveFile(source, destination));

    public void Delete(string path)
        => Change(path, $"The file '{path}' could not be deleted", () => System.DeleteFile(path));

    /// <summary>
    /// Deletes what a process that died had not yet renamed; it may hold secrets. Needs the lock that goes with the folder:
    /// only its holder writes there.
    /// </summary>
    public void DeleteTemporaries(string folder)
    {
        foreach (var name in Files(folder).Where(IsTemporary))
        {
            Delete(Path.Combine(folder, name));
        }
    }

    public void CreateFolder(string path)
        => Change(path, $"The folder '{path}' could not be created", () =>
        {
            if (!System.DirectoryExists(root))
            {
                System.CreateDirectory(root, isRoot: true);
            }

            System.CreateDirectory(path, isRoot: false);
        });

    public void MoveFolder(string source, string destination)
        => Change(source, $"The folder '{source}' could not be renamed", () => System.MoveDirectory(source, destination));

    public void DeleteFolder(string path)
        => Change(path, $"The folder '{path}' could not be deleted", () => System.DeleteDirectory(path));

    public IReadOnlyList<string> Folders(string path) => List(path, System.ListDirectories);

    public IReadOnlyList<string> Files(string path) => List(path, System.ListFiles);

    /// <summary>Runs what changes the disk and names the thing when it fails.</summary>
    /// <param name="path">The file or folder that is changed.</param>
    /// <param name="failure">What has not been done when it fails, without a stop.</param>
    /// <param name="action">The change.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>, <c>ProfileOfAnotherUser</c>.</exception>
    public void Change(string path, string failure, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Explain(path, failure, e) ?? new PoshAcmeException(
                "ProfileWriteFailed",
                ErrorKind.WriteError,
                $"{failure}: {e.Message}",
                "Check the free space, that this user may write there, and that no other program holds it; then run the command again.",
                e);
        }
    }

    private static bool IsTemporary(string name)
        => Regex.IsMatch(name, "\\.tmp-[0-9A-Za-z]+$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private IReadOnlyList<string> List(string path, Func<string, IReadOnlyList<string>> list)
    {
        try
        {
            return list(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ReadFailed(path, $"The folder '{path}' could not be listed", "Check that this user may read it.", e);
        }
    }

    private PoshAcmeException ReadFailed(string path, string failure, string remedy, Exception cause)
        => Explain(path, failure, cause) ?? new PoshAcmeException(
            "ProfileReadFailed",
            cause is UnauthorizedAccessException ? ErrorKind.PermissionDenied : ErrorKind.ReadError,
            $"{failure}: {cause.Message}",
            remedy,
            cause);

    private PoshAcmeException? Explain(string path, string failure, Exception cause)
        => cause is UnauthorizedAccessException refused ? _foreign.Explain(path, failure, refused) : null;
}
