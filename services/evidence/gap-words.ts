import type { Bilingual, GapReason } from "../types.ts";

/** Why a picture is missing and what the officer on duty should do. A gap never counts against a trainee. */
export const gapWords: Record<GapReason, Bilingual> = {
  unreachable: {
    vi: "Không kết nối được với camera. Kiểm tra nguồn điện, dây mạng và địa chỉ của camera.",
    en: "The camera cannot be reached. Check its power, its network cable and its address.",
  },
  "wrong-password": {
    vi: "Camera từ chối tên đăng nhập hoặc mật khẩu. Nhập lại mật khẩu của camera này trong phần cấu hình.",
    en: "The camera refuses the user name or password. Enter this camera's password again in the settings.",
  },
  "locked-out": {
    vi: "Tạm ngừng gọi camera vì đã lỗi nhiều lần liên tiếp, để tài khoản trên camera không bị khóa. Sửa mật khẩu hoặc kết nối; hệ thống tự thử lại sau.",
    en: "The camera is left alone after repeated failures, so that its account is not locked. Correct the password or the connection; it is tried again later by itself.",
  },
  "no-profile": {
    vi: "Camera không có cấu hình hình ảnh (profile ONVIF) nào. Tạo ít nhất một profile video trong trang quản trị của camera.",
    en: "The camera offers no video profile (ONVIF). Create at least one on the camera's own settings page.",
  },
  "no-usable-route": {
    vi: "Camera không cho đường lấy ảnh nào dùng được (ảnh chụp ONVIF hoặc luồng RTSP). Bật một trong hai trong trang quản trị của camera.",
    en: "The camera offers no usable way to a picture (ONVIF snapshot or RTSP stream). Turn one of them on in the camera's own settings page.",
  },
  deadline: {
    vi: "Camera không gửi ảnh kịp thời hạn. Kiểm tra đường mạng tới camera, hoặc khởi động lại camera.",
    en: "The camera did not give a picture in time. Check the network to it, or restart the camera.",
  },
  truncated: {
    vi: "Ảnh camera gửi bị thiếu phần cuối. Kiểm tra đường mạng; nếu lặp lại, cập nhật phần mềm của camera.",
    en: "The camera's picture breaks off before its end. Check the network; if it happens again, update the camera's firmware.",
  },
  "not-a-picture": {
    vi: "Dữ liệu camera gửi không phải ảnh JPEG đọc được. Kiểm tra định dạng ảnh chụp trong cấu hình camera.",
    en: "What the camera sent is not a readable JPEG picture. Check the snapshot format in the camera's settings.",
  },
  "too-large": {
    vi: "Ảnh của camera vượt quá kích thước cho phép nên không được mở. Giảm độ phân giải trong cấu hình camera.",
    en: "The camera's picture is larger than allowed and was not opened. Lower the resolution in the camera's settings.",
  },
  frozen: {
    vi: "Camera gửi lại đúng ảnh cũ, hình bị đứng. Khởi động lại camera.",
    en: "The camera sent the very same picture again: it is frozen. Restart the camera.",
  },
  grey: {
    vi: "Ảnh chỉ có một màu, không thấy gì. Kiểm tra ống kính (bị che?), đèn phòng, rồi khởi động lại camera.",
    en: "The picture is one flat colour and shows nothing. Check the lens (covered?) and the light, then restart the camera.",
  },
  "refused-address": {
    vi: "Địa chỉ camera, hoặc địa chỉ camera chuyển hướng tới, không nằm trong các mạng camera được phép. Kiểm tra địa chỉ, hoặc thêm mạng camera vào cấu hình.",
    en: "The camera's address, or the one it redirects to, is outside the allowed camera networks. Check the address, or add the camera network to the configuration.",
  },
  "archive-full": {
    vi: "Ổ đĩa lưu ảnh đã đầy nên ảnh không được lưu. Giải phóng hoặc mở rộng ổ đĩa ngay.",
    en: "The disk of the picture archive is full, so the picture was not kept. Free or extend the disk at once.",
  },
  "service-down": {
    vi: "Hệ thống không hoạt động vào lúc phải chụp. Kiểm tra máy chủ và nhật ký dịch vụ.",
    en: "The system was not running when the picture was due. Check the server and the service log.",
  },
};
