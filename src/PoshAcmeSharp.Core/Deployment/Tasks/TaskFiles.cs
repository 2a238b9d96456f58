using System.Text;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>The files of renewal tasks: written whole, for the user alone.</summary>
internal sealed class TaskFiles(IFileSystem fileSystem)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public IReadOnlyList<string> List(string folder) => Try(folder, "listed", () => fileSystem.ListFiles(folder));

    public string? Read(string path)
        => Try(path, "read", () => fileSystem.ReadFile(path)) is { } bytes ? Utf8.GetString(bytes) : null;

    /// <summary>Writes a file; one that says the same already stays as it is.</summary>
    public void Write(string path, string text) => Try(path, "written", () =>
    {
        if (fileSystem.ReadFile(path) is { } there && there.SequenceEqual(Utf8.GetBytes(text)))
        {
            return true;
        }

        fileSystem.CreateDirectory(Path.GetDirectoryName(path)!, isRoot: false);
        var temporary = fileSystem.CreateTemporaryFile(path, Utf8.GetBytes(text));
        try
        {
            fileSystem.MoveFile(temporary, path);
        }
        catch
        {
            fileSystem.DeleteFile(temporary);
            throw;
        }

        return true;
    });

    public void Delete(string path) => Try(path, "deleted", () =>
    {
        fileSystem.DeleteFile(path);
        return true;
    });

    private static T Try<T>(string path, string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PoshAcmeException(
                "TaskFileFailed",
                e is UnauthorizedAccessException ? ErrorKind.PermissionDenied : ErrorKind.WriteError,
                $"'{path}', which belongs to the renewal task, could not be {what}: {e.Message}",
                "Check the rights to it. Tasks of the system (-Scope System) need root.",
                e);
        }
    }
}
